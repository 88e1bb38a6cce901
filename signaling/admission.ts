import { createHmac, createPublicKey, hkdfSync, type KeyObject, timingSafeEqual } from "node:crypto";
import { z } from "zod";
import { Caller, Person, ticketLifeMs, verifyTicket, vouchedForMs } from "./contract/tickets.ts";

/** Who may come in: tickets of api, used once, and this service's own resume tokens. */

export const resumeLifeMs = 12 * 60 * 60_000;
/** Bounds the memory of used tickets; api gives out far fewer in a minute. */
const usedTicketsMax = 500_000;

const ResumeClaims = z.strictObject({
  /** Stays the same while somebody comes back: 128 random bits, hex. */
  session: z.string(),
  issuedAt: z.number().int(),
  vouchedAt: z.number().int(),
  person: z.union([Person, Caller]),
});

export interface Admitted {
  person: Person | Caller;
  session: string;
  /**
   * When api said so, by its clock, ms. Tokens keep the time of the ticket they come from: what api revokes later ends
   * them all, also those made by a process that had not heard of it yet.
   */
  vouchedAt: number;
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

  /**
   * The person of a ticket that is genuine, in time and unused; null otherwise. `early`: nobody remembers whether it was
   * used, as it was made before this process started; another one is good. `session` is for a new one.
   */
  admitTicket(ticket: string, session: string, now: number): Admitted | "early" | null {
    if (this.#ticketKey === null) return null;
    const claims = verifyTicket(ticket, this.#ticketKey, now);
    if (claims === null) return null;
    const admitted = { person: claims.person, session, vouchedAt: claims.issuedAt };
    if (this.isRevoked(admitted)) return null;
    if (claims.issuedAt < this.#startedAt) return "early";
    if (this.#used.has(claims.jti) || this.#used.size >= usedTicketsMax) return null;
    this.#used.set(claims.jti, claims.expiresAt);
    return admitted;
  }

  /** The person of a resume token that this service has signed, that is not too old and not revoked; null otherwise. */
  admitResume(token: string, now: number): Admitted | null {
    const [body, signature, ...rest] = token.split(".");
    if (body === undefined || signature === undefined || rest.length > 0) return null;
    const given = Buffer.from(signature, "base64url");
    const expected = this.#sign(body);
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) return null;
    const { data } = ResumeClaims.safeParse(JSON.parse(Buffer.from(body, "base64url").toString()));
    if (data === undefined || data.issuedAt + resumeLifeMs <= now || data.vouchedAt + vouchedForMs <= now) return null;
    const { person, session, vouchedAt } = data;
    const admitted = { person, session, vouchedAt };
    return this.isRevoked(admitted) ? null : admitted;
  }

  resumeToken({ person, session, vouchedAt }: Admitted, now: number): string {
    const claims: z.infer<typeof ResumeClaims> = { session, issuedAt: now, vouchedAt, person };
    const body = Buffer.from(JSON.stringify(claims)).toString("base64url");
    return `${body}.${this.#sign(body).toString("base64url")}`;
  }

  /** Makes void what api vouched for up to `at` (ms, by its clock). */
  revoke(subject: string, at: number): void {
    this.#revokedUntil.set(subject, Math.max(at, this.#revokedUntil.get(subject) ?? 0));
  }

  /** Forgets what has expired by itself. To be called every few seconds. */
  sweep(now: number): void {
    for (const [jti, expiresAt] of this.#used) if (expiresAt <= now) this.#used.delete(jti);
    for (const [subject, at] of this.#revokedUntil) {
      if (at + vouchedForMs + ticketLifeMs <= now) this.#revokedUntil.delete(subject);
    }
  }

  /** Whether api has taken back what it vouched for. */
  isRevoked({ person: { subject, login, room }, vouchedAt }: Admitted): boolean {
    // A call's own room is a subject too: what was good in it before it ended is not when it is opened again.
    const follow = `follow:${room.replace("channel:", "")}:${subject}`;
    const subjects = [`user:${subject}`, `login:${login ?? ""}`, follow, room];
    return subjects.some((each) => vouchedAt <= (this.#revokedUntil.get(each) ?? 0));
  }

  #sign(body: string): Buffer {
    return createHmac("sha256", this.#resumeKey).update(body).digest();
  }
}

/** Whose sockets a revocation of `subject` ends; who only ends to follow may stay. */
export function concernedBy(subject: string): (person: Person | Caller) => boolean {
  const id = subject.slice(subject.indexOf(":") + 1);
  if (subject.startsWith("user:")) return (person) => person.subject === id;
  if (subject.startsWith("login:")) return ({ login }) => login === id;
  return () => false;
}
