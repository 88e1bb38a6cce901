const bodies = new WeakMap<ArrayBufferLike, Blob>();

/**
 * Bytes as a body that all answers share, and all views of one buffer too: it is held for as long as the buffer lives. Of a
 * Uint8Array Bun copies all for each answer, and keeps the copy until it is read: a few hundred readers who do not read would
 * hold gigabytes. The buffer must never change.
 */
export function sharedBody({ buffer, byteOffset, byteLength }: Uint8Array): Blob {
  let whole = bodies.get(buffer);
  if (whole === undefined) {
    whole = new Blob([buffer]);
    bodies.set(buffer, whole);
  }
  return byteLength === whole.size ? whole : whole.slice(byteOffset, byteOffset + byteLength);
}
