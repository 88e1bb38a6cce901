import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from "node:crypto";
import { randomHex } from "../../db/random-id.ts";

/** What the database holds of a stream key. */
export interface StoredKey {
  hash: string;
  cipher: string;
}

const nonceBytes = 12;
const tagBytes = 16;

/** Makes, hashes and hides stream keys under the root secret. Without the secret every key is void. */
export class StreamKeys {
  readonly #hashKey: Buffer;
  readonly #cipherKey: Buffer;

  constructor(secret: string) {
    const derive = (purpose: string): Buffer =>
      Buffer.from(hkdfSync("sha256", secret, "", `panggung/stream-key/${purpose}`, 32));
    this.#hashKey = derive("hash");
    this.#cipherKey = derive("cipher");
  }

  /** A new key of 192 random bits. It is bound to its channel: its cipher cannot be moved to another. */
  create(channelId: string): { key: string; stored: StoredKey } {
    const key = `live_${randomHex(24)}`;
    return { key, stored: { hash: this.hash(key), cipher: this.#encrypt(key, channelId) } };
  }

  /** By this the database finds a key: HMAC-SHA-256, hex. */
  hash(key: string): string {
    return createHmac("sha256", this.#hashKey).update(key).digest("hex");
  }

  /** The key, or null when it was hidden under another secret. */
  reveal(cipher: string, channelId: string): string | null {
    const bytes = Buffer.from(cipher, "base64");
    if (bytes.length <= nonceBytes + tagBytes) return null;
    const decipher = createDecipheriv("aes-256-gcm", this.#cipherKey, bytes.subarray(0, nonceBytes));
    decipher.setAAD(Buffer.from(channelId));
    decipher.setAuthTag(bytes.subarray(nonceBytes, nonceBytes + tagBytes));
    try {
      return Buffer.concat([decipher.update(bytes.subarray(nonceBytes + tagBytes)), decipher.final()]).toString("utf8");
    } catch {
      return null;
    }
  }

  #encrypt(key: string, channelId: string): string {
    const nonce = randomBytes(nonceBytes);
    const cipher = createCipheriv("aes-256-gcm", this.#cipherKey, nonce);
    cipher.setAAD(Buffer.from(channelId));
    const body = Buffer.concat([cipher.update(key, "utf8"), cipher.final()]);
    return Buffer.concat([nonce, cipher.getAuthTag(), body]).toString("base64");
  }
}
