/** Path of a stream's multivariant playlist below ingest's HTTP address. Everything else is found from it. */
export const playlistPath = (streamId: string): string => `/live/${streamId}/index.m3u8`;
/** With 503 and `Retry-After` instead of the multivariant playlist, JSON: MAX_VIEWERS watch already. */
export interface PlaylistRefusal {
  reason: "full";
  /** English, for whoever reads it in another player. */
  message: string;
}
/** Path of a picture of what is on, JPEG, at most 640 pixels wide; 404 while there is none. */
export const thumbnailPath = (streamId: string): string => `/live/${streamId}/thumbnail.jpg`;
