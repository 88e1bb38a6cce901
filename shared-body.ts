const bodies = new WeakMap<Uint8Array, Blob>();

/**
 * Bytes as a body that all answers share, for as long as the bytes live. Of a Uint8Array Bun copies all for each answer, and
 * keeps the copy until it is read: a few hundred readers who do not read would hold gigabytes. The bytes must never change.
 */
export function sharedBody(bytes: Uint8Array): Blob {
  const known = bodies.get(bytes);
  if (known !== undefined) return known;
  const body = new Blob([bytes]);
  bodies.set(bytes, body);
  return body;
}
