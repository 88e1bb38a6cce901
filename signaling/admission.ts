import { createHmac, createPublicKey, hkdfSync, type KeyObject, timingSafeEqual } from "node:crypto";
import { z } from "zod";
import { Person, ticketLifeMs, verifyTicket } from "./contract/tickets.ts";

/** Who may come in: tickets of api, used once, and this service's own resume tokens. */

export const resumeLifeMs = 12 * 60 * 60_000;
/** api dates revocations and this service its tokens: their clocks may differ by so much. A fresh ticket is always good. */
const clocksDifferMs = 10_000;
/** Bounds the memory of used tickets; api gives out far fewer in a minute. */
const usedTicketsMax = 500_000;

const ResumeClaims = z.strictObject({
  /** Stays the same while somebody comes back: 128 random bits, hex. */
  session: z.string(),
  issuedAt: z.number().int(),
  person: Person,
});

export interface Admitted {
  person: Person;
  session: string;
}

export class Admission {
  readonly #resumeKey: Buffer;
  readonly #startedAt: number;
  #ticketKey: KeyObject | null = null;
  /** Used tickets until they expire, by their jti. */
  readonly #used = new Map<string, number>();
  /** From when on tokens of a subject are good again, ms. */
  readonly #revokedUntil = new Map<string, number>();

  /** `token`: SIGNALING_TOKEN, which signs resume tokens too, so that they outlive this process. */
  constructor(token: string, now: number) {
    this.#resumeKey = Buffer.from(hkdfSync("sha256", token, "", "panggung/signaling/resume", 32));
    this.#startedAt = now;
  }

  /** Whether tickets can be checked yet. */
  get isReady(): boolean {
    return this.#ticketKey !== null;
  }

  /** `key`: SPKI in DER, base64. */
  setTicketKey(key: string): void {
    this.#ticketKey = createPublicKey({ key: Buffer.from(key, "base64"), format: "der", type: "spki" });
  }

  /** The person of a ticket that is genuine, in time and unused; null otherwise. `session` is for a new one. */
  admitTicket(ticket: string, session: string, now: number): Admitted | null {
    if (this.#ticketKey === null) return null;
    const claims = verifyTicket(ticket, this.#ticketKey, now);
    // What was used before this process started, nobody remembers: such a ticket is as good as expired.
    if (claims === null || claims.issuedAt < this.#startedAt) return null;
    if (this.#used.has(claims.jti) || this.#used.size >= usedTicketsMax) return null;
    if (this.#isRevoked(claims.person, claims.issuedAt)) return null;
    this.#used.set(claims.jti, claims.expiresAt);
    return { person: claims.person, session };
  }

  /** The person of a resume token that this service has signed, that is not too old and not revoked; null otherwise. */
  admitResume(token: string, now: number): Admitted | null {
    const [body, signature, ...rest] = token.split(".");
    if (body === undefined || signature === undefined || rest.length > 0) return null;
    const given = Buffer.from(signature, "base64url");
    const expected = this.#sign(body);
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) return null;
    const { data } = ResumeClaims.safeParse(JSON.parse(Buffer.from(body, "base64url").toString()));
    if (data === undefined || data.issuedAt + resumeLifeMs <= now) return null;
    return this.#isRevoked(data.person, data.issuedAt - clocksDifferMs)
      ? null
      : { person: data.person, session: data.session };
  }

  resumeToken({ person, session }: Admitted, now: number): string {
    const claims: z.infer<typeof ResumeClaims> = { session, issuedAt: now, person };
    const body = Buffer.from(JSON.stringify(claims)).toString("base64url");
    return `${body}.${this.#sign(body).toString("base64url")}`;
  }

  /** Makes void what was issued for a subject up to `at` (ms). */
  revoke(subject: string, at: number): void {
    this.#revokedUntil.set(subject, Math.max(at, this.#revokedUntil.get(subject) ?? 0));
  }

  /** Forgets what has expired by itself. To be called every minute or so. */
  sweep(now: number): void {
    for (const [jti, expiresAt] of this.#used) if (expiresAt <= now) this.#used.delete(jti);
    for (const [subject, at] of this.#revokedUntil) {
      if (at + resumeLifeMs + ticketLifeMs <= now) this.#revokedUntil.delete(subject);
    }
  }

  #isRevoked({ subject, login, room }: Person, issuedAt: number): boolean {
    const subjects = [`user:${subject}`, `login:${login ?? ""}`, `follow:${room.replace("channel:", "")}:${subject}`];
    return subjects.some((each) => issuedAt <= (this.#revokedUntil.get(each) ?? 0));
  }

  #sign(body: string): Buffer {
    return createHmac("sha256", this.#resumeKey).update(body).digest();
  }
}

/** Whether a revocation of `subject` is about this person. */
export const concerns = (subject: string, person: Person): boolean =>
  subject === `user:${person.subject}` || (person.login !== null && subject === `login:${person.login}`);
