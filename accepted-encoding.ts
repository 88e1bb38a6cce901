/** Whether a client takes an answer in this encoding (RFC 9110, 12.5.3). `header`: its Accept-Encoding. */
export function acceptsEncoding(header: string | undefined, encoding: "br" | "gzip"): boolean {
  if (header === undefined) return false;
  return new RegExp(`(^|[,\\s])${encoding}(?!\\s*;\\s*q=0(\\.0*)?\\s*(,|$))\\b`).test(header);
}
