/** A line as the systems that ours is compared with publish it: the members that a chat cannot do without. */
export interface PeerLine {
  id: string;
  at: number;
  name: string;
  color: number;
  text: string;
}

/** Stands in for an account: 32 characters, as ours have. */
export const authorOf = (index: number): string => index.toString(16).padStart(32, "0");

export function lineOf(author: string, nonce: string, text: string): PeerLine {
  return { id: `${author}.${nonce}`, at: Date.now(), name: `writer${Number.parseInt(author, 16)}`, color: 3, text };
}
