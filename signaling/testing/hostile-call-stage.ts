import type { CallSettings, Peer, PeerMedia } from "../contract/call.ts";
import type { CallErrorCode, CallServerMessage } from "../contract/call-messages.ts";
import { protocolVersion } from "../contract/limits.ts";
import type { Caller } from "../contract/tickets.ts";

import { settle, type Stage } from "./hostile-stage.ts";
import { RawClient } from "./raw-client.ts";

/** Calls for attackers: who is in them, what they may not do, and what must not come of it. */

export type CallClient = RawClient<CallServerMessage>;
export type Of<Type extends CallServerMessage["type"]> = Extract<CallServerMessage, { type: Type }>;

/** What hello says of a device, beside who it is. */
interface Presence {
  media?: PeerMedia;
  hand?: boolean;
}

export const openToCall = (stage: Stage): Promise<CallClient> => RawClient.open(stage.port, stage.hostileAddress);

/** A socket that presents a ticket or a token for a call; whether it is let in is to be seen. */
export async function presentToCall(
  stage: Stage,
  credentials: { ticket?: string; resume?: string } & Presence,
): Promise<CallClient> {
  const client = await openToCall(stage);
  client.send({ type: "hello", version: protocolVersion, ...credentials });
  return client;
}

/** One device in a call. */
export interface Guest {
  client: CallClient;
  id: string;
  resume: string;
  caller: Caller;
}

/** Somebody who is in the call. Rejects when they are not let in. */
export async function enterCall(stage: Stage, caller: Caller, presence: Presence = {}): Promise<Guest> {
  return guestAt(await presentToCall(stage, { ticket: stage.ticket(caller), ...presence }), caller);
}

/** Somebody who comes back by a token. */
export async function returnToCall(stage: Stage, { resume, caller }: Guest, presence: Presence = {}): Promise<Guest> {
  return guestAt(await presentToCall(stage, { resume, ...presence }), caller);
}

async function guestAt(client: CallClient, caller: Caller): Promise<Guest> {
  const { you, resume } = await client.message("welcome");
  return { client, id: you, resume, caller };
}

/** Somebody who waits at the door. */
export async function knock(stage: Stage, caller: Caller, presence: Presence = {}): Promise<CallClient> {
  const client = await presentToCall(stage, { ticket: stage.ticket(caller), ...presence });
  await client.message("waiting");
  return client;
}

/** A call with its host and two more; Eve is the third. */
export interface Cast {
  callId: string;
  host: Guest;
  ada: Guest;
  eve: Guest;
}

export async function castCall(stage: Stage, settings: Partial<CallSettings> = {}): Promise<Cast> {
  const callId = stage.openCall(settings);
  const host = await enterCall(stage, stage.caller(callId, "host", { isHost: true }));
  const ada = await letIn(stage, host, stage.caller(callId, "ada"), settings);
  const eve = await letIn(stage, host, stage.caller(callId, "eve"), settings);
  return { callId, host, ada, eve };
}

async function letIn(stage: Stage, host: Guest, caller: Caller, settings: Partial<CallSettings>): Promise<Guest> {
  if (settings.entry !== "knock") return enterCall(stage, caller);
  const client = await knock(stage, caller);
  await admit(host, caller.name);
  return guestAt(client, caller);
}

/** The host opens the door to whoever knocks by that name. */
export async function admit(host: Guest, name: string): Promise<void> {
  const find = (): string | undefined => last(host.client, "knocks")?.knocks.find((each) => each.name === name)?.id;
  await host.client.until(`${name} knocks`, () => find() !== undefined);
  host.client.send({ type: "admit", knock: find(), accept: true });
}

export function leaveAll(...guests: (Guest | CallClient)[]): void {
  for (const guest of guests) ("client" in guest ? guest.client : guest).reset();
}

export const all = <Type extends CallServerMessage["type"]>(client: CallClient, type: Type): Of<Type>[] =>
  client.messages.filter((each): each is Of<Type> => each.type === type);

export const last = <Type extends CallServerMessage["type"]>(client: CallClient, type: Type): Of<Type> | undefined =>
  all(client, type).at(-1);

/** Who is in the call, as this one was told. */
export function rosterOf(client: CallClient): Map<string, Peer> {
  const roster = new Map<string, Peer>();
  for (const message of client.messages) {
    if (message.type === "welcome") {
      roster.clear();
      for (const peer of message.peers) roster.set(peer.id, peer);
    } else if (message.type === "peer") roster.set(message.peer.id, message.peer);
    else if (message.type === "left") roster.delete(message.peer);
  }
  return roster;
}

/** Does something that must be refused, and must reach none of the others: not one message more, of any kind. */
export async function mustReachNobody(attacker: CallClient, others: Guest[], misdeed: () => void): Promise<void> {
  for (const { client } of others) await settle(client);
  const before = others.map(({ client }) => client.messages.length);
  misdeed();
  await settle(attacker);
  for (const [index, { client, caller }] of others.entries()) {
    await settle(client);
    const came = client.messages.slice(before[index]).filter(({ type }) => type !== "pong");
    if (came.length > 0) throw new Error(`${caller.name} was sent ${JSON.stringify(came)}`);
  }
}

/** The same for one message after another; each is answered with this error. */
export async function mustRefuseEach(
  attacker: CallClient,
  others: Guest[],
  messages: unknown[],
  code: CallErrorCode,
): Promise<void> {
  for (const message of messages) {
    const before = all(attacker, "error").length;
    await mustReachNobody(attacker, others, () => attacker.send(message));
    const errors = all(attacker, "error").slice(before);
    if (errors.length !== 1 || errors[0]?.code !== code) {
      throw new Error(`${JSON.stringify(message)} was answered with ${JSON.stringify(errors)}, not ${code}`);
    }
  }
}

export const candidate = (text: string) => ({
  type: "candidate",
  candidate: text,
  sdpMid: "0",
  sdpMLineIndex: 0,
  usernameFragment: null,
});

export const signalTo = (to: string, signal: unknown = candidate("candidate:1 1 udp 1 192.0.2.1 9 typ host")) => ({
  type: "signal",
  to,
  connection: "hostile00",
  signal,
});

/** Waits for what several sockets must come to together. */
export async function eventually(what: string, isSo: () => boolean, withinMs = 15_000): Promise<void> {
  const deadlineMs = performance.now() + withinMs;
  while (!isSo()) {
    if (performance.now() > deadlineMs) throw new Error(`waited in vain until ${what}`);
    await Bun.sleep(10);
  }
}

export function must(isSo: boolean, otherwise: string): void {
  if (!isSo) throw new Error(otherwise);
}
