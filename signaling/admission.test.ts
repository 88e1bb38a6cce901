import { expect, test } from "bun:test";
import { generateKeyPairSync } from "node:crypto";
import { Admission, resumeLifeMs } from "./admission.ts";
import { callRoom, channelRoom, mintTicket, type Person, ticketLifeMs, vouchedForMs } from "./contract/tickets.ts";

const startedAt = 1_800_000_000_000;
const channelId = "c".repeat(32);
const person: Person = {
  room: channelRoom(channelId),
  subject: "a".repeat(32),
  name: "ada",
  color: 0,
  isAdministrator: false,
  followedAt: 1,
  hasWritten: true,
  login: "here",
};
const keys = generateKeyPairSync("ed25519");

function admission(): Admission {
  const made = new Admission("a signaling token for tests, thirty-two characters", startedAt);
  made.setTicketKey(keys.publicKey.export({ format: "der", type: "spki" }).toString("base64"));
  return made;
}
const ticketAt = (issuedAt: number): string =>
  mintTicket({ jti: "1".repeat(32), issuedAt, expiresAt: issuedAt + ticketLifeMs, person }, keys.privateKey);
/** Made then of a ticket of then, or of another time. */
const resumeAt = (issuedAt: number, vouchedAt = issuedAt): string =>
  admission().resumeToken({ person, session: "s", vouchedAt }, issuedAt);
const admittedAt = (vouchedAt: number) => ({ person, session: "s", vouchedAt });

test("a ticket is good once, for a minute", () => {
  const gate = admission();
  const ticket = ticketAt(startedAt);
  expect(gate.admitTicket(ticket, "s", startedAt + ticketLifeMs)).toBeNull();
  expect(gate.admitTicket(ticket, "s", startedAt + ticketLifeMs - 1)).toEqual(admittedAt(startedAt));
  expect(gate.admitTicket(ticket, "s", startedAt + ticketLifeMs - 1)).toBeNull();
  gate.sweep(startedAt + ticketLifeMs);
  expect(gate.admitTicket(ticket, "s", startedAt + ticketLifeMs)).toBeNull();
});

test("a resume token is good for twelve hours, at any process with the same secret", () => {
  expect(admission().admitResume(resumeAt(startedAt), startedAt + resumeLifeMs - 1)).toEqual(admittedAt(startedAt));
  expect(admission().admitResume(resumeAt(startedAt), startedAt + resumeLifeMs)).toBeNull();
  // Handed on from token to token, but not for ever.
  const late = startedAt + vouchedForMs;
  expect(admission().admitResume(resumeAt(late - 1000, startedAt), late - 1)).toEqual(admittedAt(startedAt));
  expect(admission().admitResume(resumeAt(late - 1000, startedAt), late)).toBeNull();
  const other = new Admission("another signaling token, of thirty-two characters", startedAt);
  expect(other.admitResume(resumeAt(startedAt), startedAt)).toBeNull();
});

test.each([`user:${person.subject}`, "login:here", `follow:${channelId}:${person.subject}`, person.room])(
  "a revocation of %s voids what was issued before it",
  (subject) => {
    const gate = admission();
    gate.revoke(subject, startedAt + 60_000);
    expect(gate.admitResume(resumeAt(startedAt), startedAt + 61_000)).toBeNull();
    // Made later, by a process that had not heard of it.
    expect(gate.admitResume(resumeAt(startedAt + 65_000, startedAt), startedAt + 66_000)).toBeNull();
    expect(gate.admitTicket(ticketAt(startedAt + 59_000), "s", startedAt + 61_000)).toBeNull();
    expect(gate.admitTicket(ticketAt(startedAt + 60_001), "s", startedAt + 61_000)).not.toBeNull();
    expect(gate.admitResume(resumeAt(startedAt + 60_001), startedAt + 61_000)).not.toBeNull();
    const nearlyForgotten = startedAt + 60_000 + vouchedForMs;
    gate.sweep(nearlyForgotten);
    expect(gate.admitResume(resumeAt(nearlyForgotten - 1000, startedAt + 60_000), nearlyForgotten - 1)).toBeNull();
  },
);

test("what concerns others voids nothing", () => {
  const gate = admission();
  for (const subject of ["user:b", "login:there", "login:", `follow:${channelId}:b`, callRoom(channelId)])
    gate.revoke(subject, startedAt + 60_000);
  expect(gate.admitResume(resumeAt(startedAt), startedAt + 61_000)).not.toBeNull();
});
