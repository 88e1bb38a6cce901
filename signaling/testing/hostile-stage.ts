import type { KeyObject } from "node:crypto";
import { closeCodes, protocolVersion } from "../contract/limits.ts";
import type { CallSettings } from "../contract/call.ts";
import type { CallErrorCode } from "../contract/call-messages.ts";
import type { ErrorCode } from "../contract/messages.ts";
import type { Caller, Person, TicketClaims } from "../contract/tickets.ts";
import { RawClient } from "./raw-client.ts";

/** A running server, and what an attacker with accounts of their own could get for it. */
export interface Stage {
  port: number;
  /** Where attackers come from; everybody else is elsewhere. */
  hostileAddress: string;
  /** SIGNALING_TOKEN, for tokens that only time makes worthless. */
  token: string;
  /** The public half of api's key. */
  ticketKey: KeyObject;
  /** Somebody with an account, in the channel. */
  person(name: string, more?: Partial<Person>): Person;
  /** A room for calls that nobody has been in. Returns its id. */
  openCall(settings?: Partial<CallSettings>): string;
  /** Its host ends it. */
  endCall(callId: string): void;
  /** Somebody with an account, who comes to that call. */
  caller(callId: string, name: string, more?: Partial<Caller>): Caller;
  /** Signed by api, or by another key. */
  ticket(person: Person | Caller, more?: Partial<TicketClaims>, key?: KeyObject): string;
}

/** Somebody who does what no page does. */
export interface Hostile {
  name: string;
  /** Takes more than a few seconds, since only a deadline of the server ends it. */
  isSlow?: true;
  /** Says what came of it. Rejects when the server did anything but what it must. */
  attack(stage: Stage): Promise<string>;
}

/** A socket that has said nothing yet. */
export const open = (stage: Stage): Promise<RawClient> => RawClient.open(stage.port, stage.hostileAddress);

/** A socket that presents a ticket or a token; whether it is let in is to be seen. */
export async function present(stage: Stage, credentials: { ticket?: string; resume?: string }): Promise<RawClient> {
  const client = await open(stage);
  client.send({ type: "hello", version: protocolVersion, ...credentials });
  return client;
}

/** Somebody who is in the room. */
export async function enter(stage: Stage, person = stage.person("eve")): Promise<RawClient> {
  const client = await present(stage, { ticket: stage.ticket(person) });
  await client.message("welcome");
  return client;
}

interface Typed {
  type: string;
}

/** Waits until the server has closed with one of these codes; null: without a close frame. Rejects otherwise. */
export async function mustClose<Message extends Typed>(
  client: RawClient<Message>,
  ...codes: (number | null)[]
): Promise<string> {
  const code = await client.closed(50_000);
  if (!codes.includes(code)) throw new Error(`closed with ${code}, not ${codes.join(" or ")}`);
  return code === null ? "cut off" : `closed ${code}`;
}

/** Waits until the server refuses something with this code. */
export async function mustRefuse<Message extends Typed>(
  client: RawClient<Message>,
  code: ErrorCode | CallErrorCode,
): Promise<string> {
  const isRefused = (): boolean =>
    client.messages.some((each) => each.type === "error" && "code" in each && each.code === code);
  await client.until(`the error ${code}`, isRefused);
  return `refused: ${code}`;
}

/** Waits until the server has dealt with all that this socket has sent, and has sent all that came of it so far. */
export async function settle<Message extends Typed>(client: RawClient<Message>): Promise<void> {
  const pongs = (): number => client.messages.filter(({ type }) => type === "pong").length;
  const before = pongs();
  client.send({ type: "ping" });
  await client.until("pong", () => pongs() > before);
}

/** Asks and is answered: this socket is still served. Closes it. */
export async function mustLive<Message extends Typed>(client: RawClient<Message>): Promise<void> {
  await settle(client);
  client.reset();
}

/** Credentials that must not open any room. */
export async function mustNotEnter(stage: Stage, credentials: { ticket?: string; resume?: string }): Promise<string> {
  return mustClose(await present(stage, credentials), closeCodes.unauthorized);
}
