import { expect, test } from "bun:test";
import { join } from "node:path";
import type { z } from "zod";
import { ChatAction } from "../api/contract/chat-actions.ts";
import { ChatEvent, Writing } from "../signaling/contract/chat.ts";
import { closeCodes, protocolVersion } from "../signaling/contract/limits.ts";
import { ClientMessage, ErrorCode, ServerMessage } from "../signaling/contract/messages.ts";

/** protocol.md against the contracts: each example is what it says it is, and nothing is left out. */

const text = await Bun.file(join(import.meta.dir, "protocol.md")).text();
const examples = (kind: string): unknown[] =>
  [...text.matchAll(new RegExp(`^\`\`\`json ${kind}\\n(.*?)\`\`\``, "gms"))].map(
    ([, json = ""]) => JSON.parse(json) as unknown,
  );

const typesOf = (union: { options: readonly { shape: { type: z.ZodLiteral<string> } }[] }): string[] =>
  union.options.map(({ shape }) => shape.type.value).toSorted();
const distinct = (values: string[]): string[] => [...new Set(values)].toSorted();

test("every message of a client has an example", () => {
  const messages = examples("client").map((example) => ClientMessage.parse(example));
  expect(distinct(messages.map(({ type }) => type))).toEqual(typesOf(ClientMessage));
});

test("every message of the server has an example, and so has every event and both kinds of history", () => {
  const messages = examples("server").map((example) => ServerMessage.parse(example));
  expect(distinct(messages.map(({ type }) => type))).toEqual(typesOf(ServerMessage));
  const events = messages.flatMap((message) => (message.type === "events" ? message.events : []));
  expect(distinct(events.map(({ type }) => type))).toEqual(typesOf(ChatEvent));
  const histories = messages.flatMap((message) => (message.type === "welcome" ? [message.history.type] : []));
  expect(distinct(histories)).toEqual(["missed", "whole"]);
});

test("the tables name every event, state of writing, error, close code and action", () => {
  const words = new Set([...text.matchAll(/`([a-z-]+)`/g)].map(([, word]) => word));
  const actions = ChatAction.options.map(({ shape }) => shape.action.value);
  const named = [...typesOf(ChatEvent), ...Writing.options, ...ErrorCode.options, ...actions];
  expect(named.filter((word) => !words.has(word))).toEqual([]);
  const codes = [...text.matchAll(/^\| (4\d{3}) /gm)].map(([, code]) => Number(code));
  expect(codes).toEqual(Object.values(closeCodes));
  expect(text).toContain(`version ${protocolVersion}.`);
});

test("the example of an action is one", () => {
  const [action, ...others] = examples("action");
  expect(ChatAction.parse(action)).toEqual(action as ChatAction);
  expect(others).toEqual([]);
});
