/**
 * The figures of the live window that players are promised. They stay constant for the life of a stream: CoreMedia
 * refuses a playlist whose PART-TARGET or TARGETDURATION changes (RFC 8216bis 4.4.3.1, 4.4.3.7).
 */

/** Six frames of 29.97 fps are 200.2 ms and five of 23.976 fps are 208.5 ms: 214 ms keeps parts of 15 to 60 fps above 85 % of the target. */
export const partTargetSec = 0.214;
/** At least three part targets: RFC 8216bis 4.4.3.8. */
export const partHoldBackSec = 0.65;
export const targetDurationSec = 4;
/** A segment closes at the first key frame after this. */
export const segmentMinSec = 1;
/** Without a key frame a segment is cut before this, so that its rounded length stays within the target duration. */
export const segmentMaxSec = 4.4;
/** The window reaches back at least this far, and at least to the last key frame. */
export const windowMinSec = 24;
export const windowMinSegments = 6;
/** Parts of segments older than this are no longer listed (RFC 8216bis 4.4.4.9: three target durations). */
export const partsListedSec = 3 * targetDurationSec;
/** How long a blocking request is held, and how long media stays reachable after it left the window. */
export const holdMs = 3 * targetDurationSec * 1000;
/** Most bytes one stream's window may hold; beyond it the oldest segments go early. What viewers ask for is in memory twice. */
export const windowMaxBytes = 128 * 1024 * 1024;
/** Beyond so many segments the oldest go early: an encoder that begins anew with each frame makes very short ones. */
export const windowMaxSegments = 300;
/** Most bytes that may wait for their part to end: an encoder whose clock stands still never ends one. */
export const openPartMaxBytes = 16 * 1024 * 1024;
/** Most frames, likewise. */
export const openPartMaxFrames = 2000;
