import type { Server } from "../../e2e/support/server.ts";
import type { TicketAnswer } from "../../signaling/contract/ticket-answer.ts";
import { FormClient } from "../../e2e/support/form-client.ts";
import { password } from "./streamers.ts";

/**
 * Many people at one server, made over HTTP as people make themselves. Each has an address of its own, so that limits per
 * address mean what they do out there: the server must be started with `behindProxy`, since this side stands in for one. [I/O]
 */

/** What such a server is started with. */
export const behindProxy = { TRUSTED_PROXIES: "127.0.0.1" };

/** How many sign up or ask for a ticket at once: api's queue of passwords takes 32. */
const atOnce = 16;

export interface Person {
  name: string;
  /** Headers that say which address this is; for the WebSocket too. */
  headers: Record<string, string>;
  /** Asks api for a ticket to the channel. Throws when it refuses, and when api is away. */
  ticket(channel: string): Promise<TicketAnswer>;
}

/** The administrator, whose channel the chat is in. Returns the channel's name and the browser that is signed in. */
export async function createChannel(server: Server): Promise<{ channel: string; owner: FormClient }> {
  const owner = new FormClient(server.pageUrl);
  await owner.send(server.setupLink ?? "");
  await owner.send("/setup", { username: "streamer", password });
  return { channel: "streamer", owner };
}

/** Signs up so many people, `writer0` and so on. */
export async function signUp(server: Server, count: number): Promise<Person[]> {
  return inTurns(count, async (index) => {
    const name = `writer${index}`;
    const headers = headersOf(server, index + 1);
    const response = await fetch(`${server.pageUrl}/register`, {
      method: "POST",
      redirect: "manual",
      headers,
      body: new URLSearchParams({ username: name, password }),
    });
    if (response.status !== 303) throw new Error(`${name} was not signed up: ${response.status}`);
    return person(server, name, { ...headers, Cookie: cookiesOf(response) });
  });
}

/** Somebody who is not signed in; `index` from 0 tells them apart. */
export const guest = (server: Server, index: number): Person =>
  person(server, `guest${index}`, headersOf(server, index + 1_000_000));

function person(server: Server, name: string, headers: Record<string, string>): Person {
  return {
    name,
    headers,
    ticket: async (channel) => {
      const response = await fetch(`${server.pageUrl}/ticket`, {
        method: "POST",
        headers: { ...headers, "Content-Type": "application/json" },
        body: JSON.stringify({ channel }),
        signal: AbortSignal.timeout(10_000),
      });
      if (!response.ok) throw new Error(`no ticket for ${name}: ${response.status}`);
      const cookies = cookiesOf(response);
      if (cookies !== "") headers["Cookie"] = cookies;
      return (await response.json()) as TicketAnswer;
    },
  };
}

/** Runs `make` for 0 … count - 1, some at once, and keeps their order. */
export async function inTurns<T>(count: number, make: (index: number) => Promise<T>): Promise<T[]> {
  const made: T[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    for (let index = next++; index < count; index = next++) made[index] = await make(index);
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return made;
}

const headersOf = (server: Server, index: number): Record<string, string> => ({
  Origin: server.pageUrl,
  "X-Forwarded-For": `10.${(index >> 16) & 255}.${(index >> 8) & 255}.${index & 255}`,
});

const cookiesOf = (response: Response): string =>
  response.headers
    .getSetCookie()
    .map((cookie) => cookie.split(";", 1)[0] ?? "")
    .join("; ");
