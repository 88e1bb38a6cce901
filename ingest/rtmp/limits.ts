/** What one connection may cost. All are checked before anything is allocated or waited for. */
export const limits = {
  /** From the socket's opening to the command `publish`, ms. */
  openingMs: 10_000,
  /** How long the stage may think, ms: 10 s for api and 3 s for an old encoder to fall silent, with room. */
  admissionMs: 20_000,
  /** A live encoder that sends nothing for this long is gone, ms. */
  idleMs: 15_000,
  /** From the last word to a publisher (refused, unpublished) until its socket is cut, ms. */
  lingerMs: 1000,

  /** Everything read before the stage has accepted, bytes. */
  unadmittedBytes: 256 * 1024,
  /** One message before the stage has accepted, and any that is neither audio nor video, bytes. */
  smallMessageBytes: 64 * 1024,
  /** Audio, video and aggregate messages of an accepted publisher, bytes. */
  mediaMessageBytes: 8 * 1024 * 1024,
  /** Room for unfinished messages of all chunk streams together, bytes. */
  unadmittedBufferBytes: 128 * 1024,
  bufferBytes: 16 * 1024 * 1024,
  chunkStreams: 12,
  chunkSizeBytes: 16 * 1024 * 1024,

  keyLength: 256,
} as const;
