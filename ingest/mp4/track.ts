export const videoTrackId = 1;
export const audioTrackId = 2;
/** Ticks a second of the video track. The audio track counts in samples. */
export const videoTimescale = 90_000;
