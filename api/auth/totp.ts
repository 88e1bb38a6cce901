import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";

/** Time-based one-time passwords as authenticator apps make them: RFC 6238 with SHA-1, 30 s and six digits, their default. */

const secretBytes = 20;
const stepMs = 30_000;
const digits = 6;
/** A phone's clock may be off by this many steps. RFC 6238, section 5.2. */
const toleratedSteps = 1;
/** RFC 4648, section 6. */
const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** RFC 4648 base32, without padding, as apps take it. */
export function toBase32(bytes: Uint8Array): string {
  const bits = Array.from(bytes, (byte) => byte.toString(2).padStart(8, "0")).join("");
  return (bits.match(/.{1,5}/g) ?? []).map((five) => alphabet[Number.parseInt(five.padEnd(5, "0"), 2)] ?? "").join("");
}

function fromBase32(text: string): Buffer {
  const bits = Array.from(text, (letter) => alphabet.indexOf(letter).toString(2).padStart(5, "0")).join("");
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((eight) => Number.parseInt(eight, 2)));
}

/** A new secret of 160 random bits, base32. RFC 4226, section 4, R6. */
export const createTotpSecret = (): string => toBase32(randomBytes(secretBytes));

/** The step that a moment (ms) lies in. */
export const totpStep = (now: number): number => Math.floor(now / stepMs);

/** The code of one step. RFC 4226, section 5.3. */
export function totpCode(secret: string, step: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const hash = createHmac("sha1", fromBase32(secret)).update(counter).digest();
  const offset = hash.readUInt8(hash.length - 1) & 0xf;
  const number = hash.readUInt32BE(offset) & 0x7fff_ffff;
  return String(number % 10 ** digits).padStart(digits, "0");
}

/** The step that a typed code belongs to, at most one away from now; null: it is wrong. */
export function findTotpStep(secret: string, typed: string, now: number): number | null {
  const code = Buffer.from(typed.replace(/\s/g, ""));
  if (code.length !== digits) return null;
  const current = totpStep(now);
  for (let step = current - toleratedSteps; step <= current + toleratedSteps; step += 1) {
    if (timingSafeEqual(Buffer.from(totpCode(secret, step)), code)) return step;
  }
  return null;
}

/** What an app reads from the QR code. */
export function totpUri(secret: string, { issuer, account }: { issuer: string; account: string }): string {
  const label = `${encodeURIComponent(issuer)}:${encodeURIComponent(account)}`;
  return `otpauth://totp/${label}?secret=${secret}&issuer=${encodeURIComponent(issuer)}`;
}
