import { expect, test } from "bun:test";
import { createPublicKey } from "node:crypto";
import { type Person, ticketLifeMs, verifyTicket } from "../../signaling/contract/tickets.ts";
import { Tickets } from "./tickets.ts";

const person: Person = {
  room: "channel:a",
  subject: "b",
  name: "wati",
  color: 3,
  isAdministrator: false,
  followedAt: null,
  hasWritten: true,
  login: "c",
};
const secret = "a secret for tests, of thirty-two characters";
const keyOf = (tickets: Tickets) =>
  createPublicKey({ key: Buffer.from(tickets.publicKey, "base64"), format: "der", type: "spki" });

test("a ticket is what signaling's contract takes for one, for a minute", () => {
  const tickets = new Tickets(secret);
  const ticket = tickets.mint(person, 1000);
  const claims = verifyTicket(ticket, keyOf(tickets), 1000 + ticketLifeMs - 1);
  expect(claims).toEqual({ jti: claims?.jti ?? "", issuedAt: 1000, expiresAt: 1000 + ticketLifeMs, person });
  expect(verifyTicket(ticket, keyOf(tickets), 1000 + ticketLifeMs)).toBeNull();
});

test("no two tickets are the same, and all api processes sign with the same key", () => {
  const [one, other] = [new Tickets(secret), new Tickets(secret)];
  expect(one.mint(person, 1000)).not.toBe(one.mint(person, 1000));
  expect(verifyTicket(other.mint(person, 1000), keyOf(one), 1000)).not.toBeNull();
});

test("another secret signs nothing that counts here", () => {
  const foreign = new Tickets("another secret, of thirty-two characters");
  expect(verifyTicket(foreign.mint(person, 1000), keyOf(new Tickets(secret)), 1000)).toBeNull();
});

test("the key is not the secret, nor any other key made from it", () => {
  const { publicKey } = new Tickets(secret);
  expect(Buffer.from(publicKey, "base64")).toHaveLength(44);
  expect(Buffer.from(publicKey, "base64").toString("latin1")).not.toContain(secret.slice(0, 8));
});
