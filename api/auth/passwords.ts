import { UserError } from "../user-error.ts";

export interface PasswordOptions {
  /** argon2id memory, KiB. @default 19456 (OWASP's minimum) */
  memoryCost?: number;
  /** argon2id passes. @default 2 */
  timeCost?: number;
  /** Hashes computed at once, each on a thread of its own. @default 2 */
  parallel?: number;
  /** Requests that may wait for their turn; one more is turned away. @default 32 */
  maxWaiting?: number;
}

/** argon2id for passwords, at a bounded cost: many sign-ins at once wait in a short queue, and more are turned away. */
export class Passwords {
  readonly #cost: { algorithm: "argon2id"; memoryCost: number; timeCost: number };
  readonly #maxWaiting: number;
  readonly #waiting: (() => void)[] = [];
  #free: number;
  /** Somebody's hash who does not exist: compared with when there is no such user, so that both take the same time. */
  #decoy = "";

  private constructor({ memoryCost = 19_456, timeCost = 2, parallel = 2, maxWaiting = 32 }: PasswordOptions) {
    this.#cost = { algorithm: "argon2id", memoryCost, timeCost };
    this.#free = parallel;
    this.#maxWaiting = maxWaiting;
  }

  static async create(options: PasswordOptions = {}): Promise<Passwords> {
    const passwords = new Passwords(options);
    passwords.#decoy = await passwords.hash(crypto.randomUUID());
    return passwords;
  }

  /** A PHC string. Throws UserError (503) when too many wait already. */
  async hash(password: string): Promise<string> {
    return this.#inTurn(() => Bun.password.hash(password.normalize("NFKC"), this.#cost));
  }

  /** Whether the password is right; without a hash it takes as long and says no. Throws UserError (503) when too many wait. */
  async verify(password: string, hash: string | undefined): Promise<boolean> {
    const isRight = await this.#inTurn(() => Bun.password.verify(password.normalize("NFKC"), hash ?? this.#decoy));
    return isRight && hash !== undefined;
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.#free > 0) {
      this.#free -= 1;
    } else {
      if (this.#waiting.length >= this.#maxWaiting) {
        const message = {
          en: "Many people are signing in right now. Try again in a few seconds.",
          id: "Banyak orang sedang masuk saat ini. Coba lagi beberapa detik lagi.",
        };
        const title = { en: "Busy", id: "Sedang sibuk" };
        throw new UserError(message, { status: 503, title, retryAfterSeconds: 5 });
      }
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    try {
      return await work();
    } finally {
      // The turn is handed on, or given back.
      const next = this.#waiting.shift();
      if (next === undefined) this.#free += 1;
      else next();
    }
  }
}
