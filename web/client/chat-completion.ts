import type { ChatLine } from "../../signaling/contract/chat.ts";
import { type ChatCommandName, chatCommandNames, userOf } from "../contract/chat-commands.ts";
import type { FoundEmoji } from "./emoji-search.ts";

export interface Completion {
  /** What is replaced: these indexes into the text. */
  from: number;
  to: number;
  options: CompletionOption[];
  /** It was typed to its end: put in without being chosen. */
  isWhole?: true;
}

interface CompletionOption {
  /** Put in its place. */
  insert: string;
  label: string;
  hint: string;
}

/** How a command is typed and what it does, in the page's language. */
export interface CommandText {
  usage: string;
  help: string;
}

interface Known {
  /** Those who wrote, latest first: the names for mentions, and what they are called where that is something else. */
  people: readonly Pick<ChatLine, "name" | "displayName">[];
  mayModerate: boolean;
  isStreamer: boolean;
  commandText(name: ChatCommandName): CommandText;
  /** By the beginning of a shortcode; none as long as they are not loaded. */
  findEmoji(start: string): FoundEmoji[];
}

const maxOptions = 6;
/** Two letters at least: `:D` and `:3` are smileys of their own. */
const shortcode = /^:(?<start>[a-z0-9+][a-z0-9_+-]+)(?<end>:?)$/i;
const namingCommands = /^\/(?:timeout|ban|unban|mod|unmod)\s+$/i;

/** What the word at the caret could become, or null. */
export function completionAt(text: string, caret: number, known: Known): Completion | null {
  const before = text.slice(0, caret);
  // Not by a pattern that is tried at each character: what was pasted may be very long.
  const from = before.length - (before.split(/\s/).at(-1) ?? "").length;
  const word = before.slice(from);
  if (word.startsWith(":")) return emojiAt(word, { from, to: caret }, known);
  const options =
    from === 0 && word.startsWith("/")
      ? commandOptions(word.slice(1), known)
      : word.startsWith("@") || namingCommands.test(before.slice(0, from))
        ? nameOptions(word, known.people)
        : [];
  return options.length === 0 ? null : { from, to: caret, options };
}

function commandOptions(start: string, { mayModerate, isStreamer, commandText }: Known): CompletionOption[] {
  const isAllowed = { everyone: true, moderators: mayModerate, streamer: isStreamer };
  return chatCommandNames
    .filter((name) => isAllowed[userOf(name)] && name.startsWith(start.toLowerCase()))
    .map((name) => {
      const { usage, help } = commandText(name);
      return { insert: usage === `/${name}` ? usage : `/${name} `, label: usage, hint: help };
    });
}

/** `:smi` offers what it may become; `:smile:` is that one. */
function emojiAt(word: string, at: Pick<Completion, "from" | "to">, { findEmoji }: Known): Completion | null {
  const { start, end } = shortcode.exec(word)?.groups ?? {};
  if (start === undefined) return null;
  const found = findEmoji(start);
  if (end !== "") {
    const whole = found.find((each) => each.shortcode === start.toLowerCase());
    return whole === undefined ? null : { ...at, options: [emojiOption(whole)], isWhole: true };
  }
  return found.length === 0 ? null : { ...at, options: found.map(emojiOption) };
}

const emojiOption = ({ emoji, shortcode: name }: FoundEmoji): CompletionOption => ({
  insert: `${emoji} `,
  label: emoji,
  hint: `:${name}:`,
});

function nameOptions(word: string, people: Known["people"]): CompletionOption[] {
  const at = word.startsWith("@") ? "@" : "";
  const start = word.slice(at.length).toLowerCase();
  if (people.some(({ name }) => name === start)) return [];
  return people
    .filter(({ name, displayName }) => name.startsWith(start) || displayName?.toLowerCase().startsWith(start) === true)
    .slice(0, maxOptions)
    .map(({ name, displayName }) => {
      const insert = `${at}${name} `;
      return displayName === undefined
        ? { insert, label: `@${name}`, hint: "" }
        : { insert, label: displayName, hint: `@${name}` };
    });
}
