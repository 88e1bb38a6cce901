import { hc } from "hono/client";
import type { z } from "zod";
import type { InternalApp } from "../internal/app.ts";

/** Longest line of the command stream that is read: a snapshot of 1000 streams is a tenth of it. */
const maxLineCharacters = 1024 * 1024;

/** Tells one process of signaling from another: a name from its start to its end. */
export const signalingNodeHeader = "X-Signaling-Node";
/** The status of what api answers to one process of signaling while it listens to another. */
export const anotherIsConnected = 409;

type Fetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>;

/** api's private listener as a typed client. `fetch` may be replaced, in tests and for time limits; signaling says its `node`. */
export const internalClient = (
  url: string,
  token: string,
  { node, ...options }: { fetch?: Fetch; node?: string } = {},
) =>
  hc<InternalApp>(url, {
    headers: { Authorization: `Bearer ${token}`, ...(node !== undefined && { [signalingNodeHeader]: node }) },
    ...options,
  });

export type InternalClient = ReturnType<typeof internalClient>;

/**
 * The commands in the body of `GET /commands` or `GET /chat/commands`, as they come; `schema` is `Command` or `SignalingCommand`.
 * Throws at a line that is none, or that is longer than 1 MiB; ends when the connection does.
 */
export async function* readCommands<Command>(
  body: ReadableStream<Uint8Array>,
  schema: z.ZodType<Command>,
): AsyncGenerator<Command, void> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of body) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    if (rest.length > maxLineCharacters) throw new Error("A line of the command stream is too long");
    for (const line of lines) yield schema.parse(JSON.parse(line));
  }
}
