import { expect, test } from "bun:test";
import { ChatAction } from "../../api/contract/chat-actions.ts";
import { parseCommand, parseDuration } from "./chat-commands.ts";

test.each([
  ["30", 30],
  ["30s", 30],
  ["10m", 600],
  ["2H", 7200],
  ["1d", 86_400],
  ["", null],
  ["m", null],
  ["-5", null],
  ["1.5h", null],
  ["12345678", null],
])("duration %p", (text, seconds) => expect(parseDuration(text)).toBe(seconds));

const acts: [string, ChatAction][] = [
  ["/timeout ibu", { action: "timeout", person: "ibu", seconds: 600 }],
  ["/timeout @ibu 1h being loud", { action: "timeout", person: "ibu", seconds: 3600, reason: "being loud" }],
  ["/timeout ibu being loud", { action: "timeout", person: "ibu", seconds: 600, reason: "being loud" }],
  ["/BAN @ibu", { action: "ban", person: "ibu" }],
  ["/ban ibu 10m is no time here", { action: "ban", person: "ibu", reason: "10m is no time here" }],
  ["/unban ibu", { action: "unban", person: "ibu" }],
  ["/slow", { action: "slow", seconds: 10 }],
  ["/slow 30s", { action: "slow", seconds: 30 }],
  ["/slow off", { action: "slow", seconds: 0 }],
  ["/followers", { action: "followers", minutes: 0 }],
  ["/followers 30m", { action: "followers", minutes: 30 }],
  ["/followers 90d", { action: "followers", minutes: 129_600 }],
  ["/followers off", { action: "followers", minutes: null }],
  ["/signedin", { action: "signed-in", on: true }],
  ["/signedin off", { action: "signed-in", on: false }],
  ["/emojionly on", { action: "emoji-only", on: true }],
  ["/unique on", { action: "duplicates", allowed: false }],
  ["/links off", { action: "links", allowed: false }],
  ["/block bad words*", { action: "block-word", word: "bad words*" }],
  ["/unblock x", { action: "unblock-word", word: "x" }],
  ["/unpin", { action: "unpin" }],
  ["/mod ibu", { action: "mod", person: "ibu" }],
  ["/unmod @ibu", { action: "unmod", person: "ibu" }],
];
test.each(acts)("%s is an action that api takes", (text, action) => {
  expect(parseCommand(text)).toEqual({ type: "act", action });
  expect(ChatAction.safeParse(action).success).toBe(true);
});

test("what is no command is said, in one line", () => {
  expect(parseCommand("  hello\n there ")).toEqual({ type: "say", text: "hello there", action: false });
  expect(parseCommand("/me  waves at /all")).toEqual({ type: "say", text: "waves at /all", action: true });
  expect(parseCommand("/help")).toEqual({ type: "help" });
});

test.each([
  ["/", { code: "unknown", word: "" }],
  ["/Dance", { code: "unknown", word: "Dance" }],
  ["/constructor", { code: "unknown", word: "constructor" }],
  ["/me", { code: "usage", name: "me" }],
  ["/timeout", { code: "usage", name: "timeout" }],
  ["/timeout ibu 15d", { code: "timeout-range" }],
  ["/ban", { code: "usage", name: "ban" }],
  ["/unban ibu budi", { code: "usage", name: "unban" }],
  ["/slow soon", { code: "usage", name: "slow" }],
  ["/slow 2h", { code: "slow-range" }],
  ["/followers 91d", { code: "followers-range" }],
  ["/block x", { code: "word-length", min: 2 }],
] as const)("%s is wrong in its own way", (text, error) =>
  expect(parseCommand(text)).toEqual({ type: "error", error }),
);

test.each(["/signedin maybe", "/block x", "/block", "/unpin", "/mod", "/followers 91d"])("%s never throws", (text) => {
  expect(["act", "error"]).toContain(parseCommand(text).type);
});
