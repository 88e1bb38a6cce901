/** What one peer sends to another, in the order of the m-lines: always all four, so that nothing is negotiated anew. */
export const trackNames = ["mic", "camera", "screen", "screenSound"] as const;
export type TrackName = (typeof trackNames)[number];

/** null: nothing is sent. */
export type Tracks = Record<TrackName, MediaStreamTrack | null>;

export const kindOf = (name: TrackName): "audio" | "video" =>
  name === "mic" || name === "screenSound" ? "audio" : "video";
