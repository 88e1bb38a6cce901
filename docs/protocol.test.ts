import { expect, test } from "bun:test";
import { join } from "node:path";
import type { z } from "zod";
import { ChatAction } from "../api/contract/chat-actions.ts";
import { CallEntry, CallMode, Signal } from "../signaling/contract/call.ts";
import { callClientMessages, CallErrorCode, CallServerMessage, Told } from "../signaling/contract/call-messages.ts";
import { ChatEvent, Writing } from "../signaling/contract/chat.ts";
import { closeCodes, protocolVersion } from "../signaling/contract/limits.ts";
import { ClientMessage, ErrorCode, ServerMessage } from "../signaling/contract/messages.ts";
import type { CallRefusal } from "../signaling/contract/ticket-answer.ts";

/** protocol.md against the contracts: each example is what it says it is, and nothing is left out. */

const text = await Bun.file(join(import.meta.dir, "protocol.md")).text();
const examples = (kind: string): unknown[] =>
  [...text.matchAll(new RegExp(`^\`\`\`json ${kind}\\n(.*?)\`\`\``, "gms"))].map(
    ([, json = ""]) => JSON.parse(json) as unknown,
  );

const typesOf = (union: { options: readonly { shape: { type: z.ZodLiteral<string> } }[] }): string[] =>
  union.options.map(({ shape }) => shape.type.value).toSorted();
const distinct = (values: string[]): string[] => [...new Set(values)].toSorted();

const callOnly = typesOf({ options: callClientMessages });

test("every message of a client has an example", () => {
  const messages = examples("client").map((example) => ClientMessage.parse(example));
  const types = typesOf(ClientMessage).filter((type) => !callOnly.includes(type));
  expect(distinct(messages.map(({ type }) => type))).toEqual(types);
});

test("every message of a client in a call has an example, beside what calls have of the chat", () => {
  const messages = examples("call-client").map((example) => ClientMessage.parse(example));
  expect(distinct(messages.map(({ type }) => type))).toEqual([...callOnly, "hello", "ping", "say"].toSorted());
});

test("every message of the server in a call has an example, and so has every signal", () => {
  const messages = examples("call-server").map((example) => CallServerMessage.parse(example));
  expect(distinct(messages.map(({ type }) => type))).toEqual(typesOf(CallServerMessage));
  const sent = examples("call-client").map((example) => ClientMessage.parse(example));
  const signals = [...messages, ...sent].flatMap((message) => (message.type === "signal" ? [message.signal.type] : []));
  const kinds = Signal.options.flatMap(({ shape: { type } }) => ("options" in type ? type.options : [...type.values]));
  expect(distinct(signals)).toEqual(kinds.toSorted());
});

test("every message of the server has an example, and so has every event and both kinds of history", () => {
  const messages = examples("server").map((example) => ServerMessage.parse(example));
  expect(distinct(messages.map(({ type }) => type))).toEqual(typesOf(ServerMessage));
  const events = messages.flatMap((message) => (message.type === "events" ? message.events : []));
  expect(distinct(events.map(({ type }) => type))).toEqual(typesOf(ChatEvent));
  const histories = messages.flatMap((message) => (message.type === "welcome" ? [message.history.type] : []));
  expect(distinct(histories)).toEqual(["missed", "whole"]);
});

const wordsOf = (part: string): Set<string> => new Set([...part.matchAll(/`([a-z-]+)`/g)].map(([, word = ""]) => word));

test("the part on calls names every way in, refusal, error, rule and deed of a host", () => {
  const words = wordsOf(text.slice(text.indexOf("\n## Calls\n"), text.indexOf("\n## Server-sent events")));
  const refusals: CallRefusal[] = ["passcode", "sign-in", "name", "gone", "ended"];
  const named = [...CallMode.options, ...CallEntry.options, ...refusals, ...CallErrorCode.options, ...Told.options];
  expect(named.filter((word) => !words.has(word))).toEqual([]);
});

test("the tables name every event, state of writing, error, close code and action", () => {
  const words = wordsOf(text);
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
