import { chatCommands } from "../contract/chat-commands.ts";

export interface Completion {
  /** What is replaced: these indexes into the text. */
  from: number;
  to: number;
  options: CompletionOption[];
}

interface CompletionOption {
  /** Put in its place. */
  insert: string;
  label: string;
  hint: string;
}

interface Known {
  /** Of those who wrote, latest first. */
  names: readonly string[];
  mayModerate: boolean;
  isStreamer: boolean;
}

const maxOptions = 6;
const namingCommands = /^\/(?:timeout|ban|unban|mod|unmod)\s+$/i;

/** What the word at the caret could become, or null. */
export function completionAt(text: string, caret: number, known: Known): Completion | null {
  const before = text.slice(0, caret);
  // Not by a pattern that is tried at each character: what was pasted may be very long.
  const from = before.length - (before.split(/\s/).at(-1) ?? "").length;
  const word = before.slice(from);
  const options =
    from === 0 && word.startsWith("/")
      ? commandOptions(word.slice(1), known)
      : word.startsWith("@") || namingCommands.test(before.slice(0, from))
        ? nameOptions(word, known.names)
        : [];
  return options.length === 0 ? null : { from, to: caret, options };
}

function commandOptions(start: string, { mayModerate, isStreamer }: Known): CompletionOption[] {
  const isAllowed = { everyone: true, moderators: mayModerate, streamer: isStreamer };
  return chatCommands
    .filter(({ name, who }) => isAllowed[who] && name.startsWith(start.toLowerCase()))
    .map(({ name, usage, help }) => ({
      insert: usage === `/${name}` ? usage : `/${name} `,
      label: usage,
      hint: help,
    }));
}

function nameOptions(word: string, names: readonly string[]): CompletionOption[] {
  const at = word.startsWith("@") ? "@" : "";
  const start = word.slice(at.length).toLowerCase();
  const isDone = names.includes(start);
  return isDone
    ? []
    : names
        .filter((name) => name.startsWith(start))
        .slice(0, maxOptions)
        .map((name) => ({ insert: `${at}${name} `, label: `${at}${name}`, hint: "" }));
}
