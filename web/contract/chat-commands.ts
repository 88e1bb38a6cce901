import type { ChatAction } from "../../api/contract/chat-actions.ts";

/** The chat's slash commands: parsed in the browser, listed on the moderation page. Nothing but types is imported. */

export interface ChatCommandHelp {
  /** Without the slash. */
  name: string;
  usage: string;
  help: string;
  who: "everyone" | "moderators" | "streamer";
}

/** What a line that was typed asks for. */
export type ParsedLine =
  | { type: "say"; text: string; action: boolean }
  | { type: "act"; action: ChatAction }
  | { type: "help" }
  /** Nothing is sent; the sentence says what to type instead. */
  | { type: "error"; message: string };

interface Command extends ChatCommandHelp {
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
const error = (message: string): ParsedLine => ({ type: "error", message });

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
  if (seconds < 1 || seconds > maxTimeoutSeconds) return error("A timeout lasts from 1 second to 14 days.");
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
  return seconds > maxSlowSeconds ? error("Slow mode goes up to one hour.") : act({ action: "slow", seconds });
}

function parseFollowers(rest: string): ParsedLine | null {
  if (rest === "off") return act({ action: "followers", minutes: null });
  const seconds = rest === "" ? 0 : parseDuration(rest);
  if (seconds === null) return null;
  const minutes = Math.ceil(seconds / 60);
  return minutes > maxFollowersMinutes
    ? error("Followers-only goes up to 90 days of following.")
    : act({ action: "followers", minutes });
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
      ? error(`A blocked word has ${minCharacters} to 50 characters.`)
      : act({ action, word });
  };

const commands: Command[] = [
  {
    name: "me",
    usage: "/me waves",
    help: "Says what you do rather than what you say.",
    who: "everyone",
    parse: (rest) => (rest === "" ? null : { type: "say", text: rest, action: true }),
  },
  { name: "help", usage: "/help", help: "Lists these commands.", who: "everyone", parse: () => ({ type: "help" }) },
  {
    name: "timeout",
    usage: "/timeout name [10m] [reason]",
    help: "Keeps somebody from writing for a while and removes their messages. Without a time: 10 minutes.",
    who: "moderators",
    parse: parseTimeout,
  },
  {
    name: "ban",
    usage: "/ban name [reason]",
    help: "Keeps somebody from writing for good and removes their messages.",
    who: "moderators",
    parse: (rest) => {
      const [name, reason] = split(rest);
      const person = personOf(name);
      return person === "" ? null : act({ action: "ban", person, ...withReason(reason) });
    },
  },
  {
    name: "unban",
    usage: "/unban name",
    help: "Ends a ban or a timeout.",
    who: "moderators",
    parse: onPerson("unban"),
  },
  {
    name: "slow",
    usage: "/slow [30s|off]",
    help: "Least time between two messages of one person. Without a time: 10 seconds.",
    who: "moderators",
    parse: parseSlow,
  },
  {
    name: "followers",
    usage: "/followers [30m|off]",
    help: "Only those who have followed for this long may write. Without a time: all followers.",
    who: "moderators",
    parse: parseFollowers,
  },
  {
    name: "signedin",
    usage: "/signedin on|off",
    help: "Hides the chat from people who are not signed in.",
    who: "moderators",
    parse: onOff((on) => ({ action: "signed-in", on })),
  },
  {
    name: "emojionly",
    usage: "/emojionly on|off",
    help: "Lets through only emoji.",
    who: "moderators",
    parse: onOff((on) => ({ action: "emoji-only", on })),
  },
  {
    name: "unique",
    usage: "/unique on|off",
    help: "Stops people from saying the same thing twice within 30 seconds.",
    who: "moderators",
    parse: onOff((on) => ({ action: "duplicates", allowed: !on })),
  },
  {
    name: "links",
    usage: "/links on|off",
    help: "Allows links, or not.",
    who: "moderators",
    parse: onOff((on) => ({ action: "links", allowed: on })),
  },
  {
    name: "block",
    usage: "/block word",
    help: "Stops messages with this word. A * at its end stands for any ending.",
    who: "moderators",
    parse: onWord("block-word", 2),
  },
  {
    name: "unblock",
    usage: "/unblock word",
    help: "Allows a blocked word again.",
    who: "moderators",
    parse: onWord("unblock-word", 1),
  },
  {
    name: "unpin",
    usage: "/unpin",
    help: "Takes down the pinned message.",
    who: "moderators",
    parse: () => act({ action: "unpin" }),
  },
  { name: "mod", usage: "/mod name", help: "Makes somebody a moderator.", who: "streamer", parse: onPerson("mod") },
  {
    name: "unmod",
    usage: "/unmod name",
    help: "Ends that somebody is a moderator.",
    who: "streamer",
    parse: onPerson("unmod"),
  },
];

/** Every slash command, for completion and for help. */
export const chatCommands: readonly ChatCommandHelp[] = commands;

/** Reads what somebody typed. Permission is for api to check. Empty text comes back as an empty `say`. */
export function parseCommand(typed: string): ParsedLine {
  const text = typed.replace(/\s+/g, " ").trim();
  if (!text.startsWith("/")) return { type: "say", text, action: false };
  const [word, rest] = split(text.slice(1));
  const command = commands.find(({ name }) => name === word.toLowerCase());
  if (command === undefined) return error(`There is no command /${word}. Type /help for those that there are.`);
  return command.parse(rest) ?? error(`Type it like this: ${command.usage}`);
}
