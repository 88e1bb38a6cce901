/** Path of a stream's multivariant playlist below ingest's HTTP address. Everything else is found from it. */
export const playlistPath = (streamId: string): string => `/live/${streamId}/index.m3u8`;
