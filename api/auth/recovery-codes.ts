import { createHmac, randomInt } from "node:crypto";
import { deriveKey, Seal } from "./sealing.ts";

/** How many somebody has at a time. */
export const recoveryCodeCount = 8;

/** Crockford's base32 without the letters that look like digits: what is read from paper must be read right. */
const alphabet = "0123456789abcdefghjkmnpqrstvwxyz";
const groups = 3;
const groupLength = 5;

/** 75 random bits, such as `k3v9x-0wm2q-7tz4h`. */
const createCode = (): string =>
  Array.from({ length: groups }, () =>
    Array.from({ length: groupLength }, () => alphabet[randomInt(alphabet.length)] ?? "").join(""),
  ).join("-");

/** As it was made, however it was typed. */
const canonical = (typed: string): string =>
  typed
    .toLowerCase()
    .replace(/[^0-9a-z]/g, "")
    .replaceAll("o", "0")
    .replace(/[il]/g, "1");

/** Makes and hashes what stands in for a forgotten password or a lost phone. Without the root secret every code is void. */
export class RecoveryCodes {
  readonly #hashKey: Buffer;
  readonly #seal: Seal;

  constructor(secret: string) {
    this.#hashKey = deriveKey(secret, "recovery-code/hash");
    this.#seal = new Seal(secret, "recovery-code/shown");
  }

  /** New codes for one account, and what the database holds of them. */
  create(): { codes: string[]; hashes: string[] } {
    const codes = Array.from({ length: recoveryCodeCount }, createCode);
    return { codes, hashes: codes.map((code) => this.hash(code)) };
  }

  /** By this the database finds a code: HMAC-SHA-256, hex. */
  hash(typed: string): string {
    return createHmac("sha256", this.#hashKey).update(canonical(typed)).digest("hex");
  }

  /** New codes on their way to the one page that shows them, for one person. */
  wrap(codes: readonly string[], userId: string): string {
    return this.#seal.close(codes.join(" "), userId);
  }

  /** null: they are not this person's. */
  unwrap(wrapped: string, userId: string): string[] | null {
    return this.#seal.open(wrapped, userId)?.split(" ") ?? null;
  }
}
