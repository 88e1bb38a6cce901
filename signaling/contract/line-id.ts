/** The id of a line: its author's id and the nonce that the author's client made. */
export const lineIdOf = (author: string, nonce: string): string => `${author}.${nonce}`;

/** Who wrote a line. */
export const authorOf = (lineId: string): string => lineId.slice(0, 32);

/** By which nonce its author's client knows it. */
export const nonceOf = (lineId: string): string => lineId.slice(33);
