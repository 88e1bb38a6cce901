import { CallId } from "../../signaling/contract/call.ts";

/** Crockford's base32: no letter that is taken for a digit or another letter, and no u. */
const alphabet = "0123456789abcdefghjkmnpqrstvwxyz";
const characters = 16;

const inGroups = (code: string): string => code.match(/.{4}/g)?.join("-") ?? "";

/** A new room's id: 80 random bits. */
export function newCallId(): string {
  const random = crypto.getRandomValues(new Uint8Array(characters));
  return inGroups(Array.from(random, (byte) => alphabet.charAt(byte % alphabet.length)).join(""));
}

/**
 * The id that somebody means by an invitation link, or by a code they have typed by hand: in any case, with or without
 * dashes and spaces, with letters that look like its digits. null: it can be none.
 */
export function readCallId(typed: string): string | null {
  const code = /\/rooms\/([^/?#]*)/.exec(typed)?.[1] ?? typed;
  const plain = code
    .toLowerCase()
    .replace(/[\s\u2010-\u2015-]/g, "")
    .replace(/o/g, "0")
    .replace(/[il]/g, "1");
  return plain.length === characters ? (CallId.safeParse(inGroups(plain)).data ?? null) : null;
}
