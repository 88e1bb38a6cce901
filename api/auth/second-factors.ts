import { Seal } from "./sealing.ts";
import { createTotpSecret, findTotpStep } from "./totp.ts";

/** What an authenticator app shares with us, and how it is kept: sealed under the root secret, for one person. */
export class SecondFactors {
  readonly #seal: Seal;

  constructor(secret: string) {
    this.#seal = new Seal(secret, "totp/cipher");
  }

  /** A secret that somebody may take; until they have shown that they did, their form keeps it, sealed for their session. */
  offer(sessionId: string): { secret: string; sealed: string } {
    const secret = createTotpSecret();
    return { secret, sealed: this.#seal.close(secret, `offered:${sessionId}`) };
  }

  /** What was offered in this session; null: it was not. */
  readOffer(sealed: string, sessionId: string): string | null {
    return this.#seal.open(sealed, `offered:${sessionId}`);
  }

  /** What the database holds of a secret. */
  keep(secret: string, userId: string): string {
    return this.#seal.close(secret, `user:${userId}`);
  }

  /** The time step that a typed code is of; null: it is wrong. */
  findStep(cipher: string | null, userId: string, typed: string, now: number): number | null {
    const secret = cipher === null ? null : this.#seal.open(cipher, `user:${userId}`);
    return secret === null ? null : findTotpStep(secret, typed, now);
  }
}
