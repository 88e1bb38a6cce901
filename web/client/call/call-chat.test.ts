import { expect, test } from "bun:test";
import type { CallLine, Peer } from "../../../signaling/contract/call.ts";
import type { ClientMessage } from "../../../signaling/contract/messages.ts";
import { CallChat } from "./call-chat.ts";

const you: Peer = {
  id: "a".repeat(32),
  name: "Ana",
  color: 3,
  isGuest: true,
  isHost: false,
  onStage: true,
  mic: false,
  camera: false,
  screen: false,
  handAt: null,
  isAway: false,
};
type Say = Extract<ClientMessage, { type: "say" }>;

function startChat() {
  const says: Say[] = [];
  const lines: CallLine[] = [];
  const connection = { isLive: true };
  const chat = new CallChat((message) => {
    if (connection.isLive && message.type === "say") says.push(message);
    return connection.isLive;
  });
  chat.identify(you.id);
  const publish = (say: Say): void => {
    lines.push({ id: `${you.id}.${say.nonce}`, at: 1, name: "Ana", color: 3, isHost: false, text: say.text });
    chat.markShown(lines.slice(-1), false);
    chat.flush();
  };
  const shown = () => chat.view(lines, you).map(({ line, state, code }) => [line.text, state, ...(code ? [code] : [])]);
  return { chat, says, publish, shown, connection };
}

test("a line waits, is sent, and is stored", () => {
  const { chat, says, publish, shown } = startChat();
  chat.say("one");
  expect(shown()).toEqual([["one", "waiting"]]);
  const [say] = says;
  if (say === undefined) throw new Error("Nothing was sent.");
  publish(say);
  expect(shown()).toEqual([["one", "sent"]]);
  chat.acknowledge([say.nonce]);
  expect(shown()).toEqual([["one", "stored"]]);
});

test("what was written while the server was away goes out when it is back, once", () => {
  const { chat, says, publish, shown, connection } = startChat();
  connection.isLive = false;
  chat.say("one");
  chat.say("two");
  expect(says).toEqual([]);
  connection.isLive = true;
  chat.flush();
  expect(says.map(({ text }) => text)).toEqual(["one"]);
  says.map(publish);
  expect(says.map(({ text }) => text)).toEqual(["one", "two"]);
  expect(shown()).toEqual([
    ["one", "sent"],
    ["two", "waiting"],
  ]);
});

test("after a break, what was sent goes out again under its nonce, marked as such", () => {
  const { chat, says } = startChat();
  chat.say("one");
  chat.markBroken();
  chat.flush();
  expect(says).toHaveLength(2);
  expect(says[1]).toEqual({ type: "say", nonce: says[0]?.nonce ?? "", text: "one", again: true });
});

test("a refused line stays with its reason, and can be sent anew", () => {
  const { chat, says, shown } = startChat();
  chat.say("one");
  const nonce = says[0]?.nonce ?? "";
  expect(chat.takeError({ type: "error", code: "too-long", message: "Too long.", nonce })).toBe(true);
  expect(shown()).toEqual([["one", "refused", "too-long"]]);
  chat.sayAgain(`${you.id}.${nonce}`);
  expect(shown()).toEqual([["one", "waiting"]]);
  expect(says[1]?.nonce).not.toBe(nonce);
});

test("a refusal that passes is no refusal", () => {
  const { chat, says, shown } = startChat();
  chat.say("one");
  chat.takeError({
    type: "error",
    code: "rate-limited",
    message: "Slower.",
    nonce: says[0]?.nonce ?? "",
    retryAfterMs: 60_000,
  });
  expect(shown()).toEqual([["one", "waiting"]]);
  chat.stop();
});

test("an error about something else is not the chat's", () => {
  const { chat } = startChat();
  expect(chat.takeError({ type: "error", code: "muted", message: "Muted." })).toBe(false);
});
