/** Path of a stream's multivariant playlist below ingest's HTTP address. Everything else is found from it. */
export const playlistPath = (streamId: string): string => `/live/${streamId}/index.m3u8`;
/** Path of a picture of what is on, JPEG, at most 640 pixels wide; 404 while there is none. */
export const thumbnailPath = (streamId: string): string => `/live/${streamId}/thumbnail.jpg`;
