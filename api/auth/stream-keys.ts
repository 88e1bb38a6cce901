import { createHmac } from "node:crypto";
import { randomHex } from "../../db/random-id.ts";
import { deriveKey, Seal } from "./sealing.ts";

/** What the database holds of a stream key. */
export interface StoredKey {
  hash: string;
  cipher: string;
}

/** Makes, hashes and hides stream keys under the root secret. Without the secret every key is void. */
export class StreamKeys {
  readonly #hashKey: Buffer;
  readonly #seal: Seal;

  constructor(secret: string) {
    this.#hashKey = deriveKey(secret, "stream-key/hash");
    this.#seal = new Seal(secret, "stream-key/cipher");
  }

  /** A new key of 192 random bits. It is bound to its channel: its cipher cannot be moved to another. */
  create(channelId: string): { key: string; stored: StoredKey } {
    const key = `live_${randomHex(24)}`;
    return { key, stored: { hash: this.hash(key), cipher: this.#seal.close(key, channelId) } };
  }

  /** By this the database finds a key: HMAC-SHA-256, hex. */
  hash(key: string): string {
    return createHmac("sha256", this.#hashKey).update(key).digest("hex");
  }

  /** The key, or null when it was hidden under another secret. */
  reveal(cipher: string, channelId: string): string | null {
    return this.#seal.open(cipher, channelId);
  }
}
