import type { ChatAction } from "../../api/contract/chat-actions.ts";

/**
 * The chat's slash commands: parsed in the browser, listed on the moderation page. Their names are the same in every
 * language; what they do is said in web/views/chat-command-texts.ts. Nothing but types is imported.
 */

export const chatCommandNames = [
  "me",
  "help",
  "timeout",
  "ban",
  "unban",
  "slow",
  "followers",
  "signedin",
  "emojionly",
  "unique",
  "links",
  "block",
  "unblock",
  "unpin",
  "mod",
  "unmod",
] as const;
export type ChatCommandName = (typeof chatCommandNames)[number];

/** Who may use a command. */
export type CommandUser = "everyone" | "moderators" | "streamer";

/** What was wrong with a command. */
export type ChatCommandError =
  | { code: "unknown"; word: string }
  /** It is typed in another way. */
  | { code: "usage"; name: ChatCommandName }
  | { code: "timeout-range" }
  | { code: "slow-range" }
  | { code: "followers-range" }
  | { code: "word-length"; min: number };

/** What a line that was typed asks for. */
export type ParsedLine =
  | { type: "say"; text: string; action: boolean }
  | { type: "act"; action: ChatAction }
  | { type: "help" }
  /** Nothing is sent. */
  | { type: "error"; error: ChatCommandError };

interface Command {
  who: CommandUser;
  /** `rest` is trimmed. null: it does not fit the usage. */
  parse(rest: string): ParsedLine | null;
}

const maxTimeoutSeconds = 14 * 24 * 60 * 60;
const defaultTimeoutSeconds = 10 * 60;
const maxSlowSeconds = 60 * 60;
const defaultSlowSeconds = 10;
const maxFollowersMinutes = 90 * 24 * 60;

const secondsIn = { s: 1, m: 60, h: 60 * 60, d: 24 * 60 * 60 } as const;

/** `30` and `30s`, `10m`, `2h`, `1d` in seconds; null: not a duration. */
export function parseDuration(text: string): number | null {
  const match = /^(\d{1,7})([smhd]?)$/i.exec(text);
  if (match === null) return null;
  const unit = (match[2]?.toLowerCase() || "s") as keyof typeof secondsIn;
  return Number(match[1]) * secondsIn[unit];
}

const act = (action: ChatAction): ParsedLine => ({ type: "act", action });
const wrong = (error: ChatCommandError): ParsedLine => ({ type: "error", error });

/** The first word and what follows it. */
function split(text: string): [word: string, rest: string] {
  const end = text.search(/\s/);
  return end === -1 ? [text, ""] : [text.slice(0, end), text.slice(end).trim()];
}

const personOf = (word: string): string => word.replace(/^@/, "");
const withReason = (reason: string): { reason?: string } => (reason === "" ? {} : { reason });

function parseTimeout(rest: string): ParsedLine | null {
  const [name, tail] = split(rest);
  const person = personOf(name);
  if (person === "") return null;
  const [word, afterWord] = split(tail);
  const duration = parseDuration(word);
  const seconds = duration ?? defaultTimeoutSeconds;
  if (seconds < 1 || seconds > maxTimeoutSeconds) return wrong({ code: "timeout-range" });
  return act({ action: "timeout", person, seconds, ...withReason(duration === null ? tail : afterWord) });
}

/** A command that names one person, and nothing else. */
const onPerson = (action: "unban" | "mod" | "unmod") => (rest: string) => {
  const [name, tail] = split(rest);
  const person = personOf(name);
  return person === "" || tail !== "" ? null : act({ action, person });
};

function parseSlow(rest: string): ParsedLine | null {
  if (rest === "off") return act({ action: "slow", seconds: 0 });
  const seconds = rest === "" ? defaultSlowSeconds : parseDuration(rest);
  if (seconds === null) return null;
  return seconds > maxSlowSeconds ? wrong({ code: "slow-range" }) : act({ action: "slow", seconds });
}

function parseFollowers(rest: string): ParsedLine | null {
  if (rest === "off") return act({ action: "followers", minutes: null });
  const seconds = rest === "" ? 0 : parseDuration(rest);
  if (seconds === null) return null;
  const minutes = Math.ceil(seconds / 60);
  return minutes > maxFollowersMinutes ? wrong({ code: "followers-range" }) : act({ action: "followers", minutes });
}

/** A switch; without a word it is turned on. */
const onOff = (actionOf: (on: boolean) => ChatAction) => (rest: string) =>
  rest === "" || rest === "on" ? act(actionOf(true)) : rest === "off" ? act(actionOf(false)) : null;

const onWord =
  (action: "block-word" | "unblock-word", minCharacters: number) =>
  (word: string): ParsedLine | null => {
    const { length } = [...word];
    if (length === 0) return null;
    return length < minCharacters || length > 50
      ? wrong({ code: "word-length", min: minCharacters })
      : act({ action, word });
  };

/** A moderator's command. */
const forModerators = (parse: Command["parse"]): Command => ({ who: "moderators", parse });

const commands: Record<ChatCommandName, Command> = {
  me: {
    who: "everyone",
    parse: (rest) => (rest === "" ? null : { type: "say", text: rest, action: true }),
  },
  help: { who: "everyone", parse: () => ({ type: "help" }) },
  timeout: forModerators(parseTimeout),
  ban: forModerators((rest) => {
    const [name, reason] = split(rest);
    const person = personOf(name);
    return person === "" ? null : act({ action: "ban", person, ...withReason(reason) });
  }),
  unban: forModerators(onPerson("unban")),
  slow: forModerators(parseSlow),
  followers: forModerators(parseFollowers),
  signedin: forModerators(onOff((on) => ({ action: "signed-in", on }))),
  emojionly: forModerators(onOff((on) => ({ action: "emoji-only", on }))),
  unique: forModerators(onOff((on) => ({ action: "duplicates", allowed: !on }))),
  links: forModerators(onOff((on) => ({ action: "links", allowed: on }))),
  block: forModerators(onWord("block-word", 2)),
  unblock: forModerators(onWord("unblock-word", 1)),
  unpin: forModerators(() => act({ action: "unpin" })),
  mod: { who: "streamer", parse: onPerson("mod") },
  unmod: { who: "streamer", parse: onPerson("unmod") },
};

export const userOf = (name: ChatCommandName): CommandUser => commands[name].who;

/** Reads what somebody typed. Permission is for api to check. Empty text comes back as an empty `say`. */
export function parseCommand(typed: string): ParsedLine {
  const text = typed.replace(/\s+/g, " ").trim();
  if (!text.startsWith("/")) return { type: "say", text, action: false };
  const [word, rest] = split(text.slice(1));
  const name = chatCommandNames.find((each) => each === word.toLowerCase());
  if (name === undefined) return wrong({ code: "unknown", word });
  return commands[name].parse(rest) ?? wrong({ code: "usage", name });
}
