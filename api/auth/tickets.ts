import { createPrivateKey, createPublicKey, hkdfSync, type KeyObject } from "node:crypto";
import { randomId } from "../../db/random-id.ts";
import { type Caller, mintTicket, type Person, ticketLifeMs } from "../../signaling/contract/tickets.ts";

/** RFC 8410, section 7: what stands before the 32 bytes of an Ed25519 private key in PKCS #8. */
const pkcs8Head = Buffer.from("302e020100300506032b657004220420", "hex");

/** Signs tickets for signaling with a key made from the root secret: all api processes have the same, and nobody else. */
export class Tickets {
  readonly #privateKey: KeyObject;
  /** Ed25519, SPKI in DER, base64: with it anybody can check a ticket, and nobody can make one. */
  readonly publicKey: string;

  constructor(secret: string) {
    const seed = Buffer.from(hkdfSync("sha256", secret, "", "panggung/ticket/ed25519", 32));
    this.#privateKey = createPrivateKey({ key: Buffer.concat([pkcs8Head, seed]), format: "der", type: "pkcs8" });
    this.publicKey = createPublicKey(this.#privateKey).export({ format: "der", type: "spki" }).toString("base64");
  }

  /** A ticket that is good once, within a minute of `now` (ms). */
  mint(person: Person | Caller, now: number): string {
    return mintTicket({ jti: randomId(), issuedAt: now, expiresAt: now + ticketLifeMs, person }, this.#privateKey);
  }
}
