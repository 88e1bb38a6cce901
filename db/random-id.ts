/** `bytes` random bytes in lower-case hex. */
export const randomHex = (bytes: number): string =>
  Buffer.from(crypto.getRandomValues(new Uint8Array(bytes))).toString("hex");

/** An id that nobody can guess: 128 random bits, hex. */
export const randomId = (): string => randomHex(16);
