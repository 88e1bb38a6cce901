import type { ErrorCode } from "../../signaling/contract/messages.ts";
import type { ChatCommandError } from "./chat-commands.ts";

/**
 * What the chat's script says beyond what stands in the page's HTML. The page carries it in its own language, as JSON, so
 * that nobody loads two languages. `{name}` and the like are places that the script fills.
 */

/** A sentence by the number in it, which stands at `{count}`; `other` for each form that a language does not have. */
export type Counted = { other: string } & Partial<Record<Intl.LDMLPluralRule, string>>;

/** Refusals that people can meet. The other codes are defects of the page, which no sentence of ours would explain. */
export type ChatRefusal = Exclude<
  ErrorCode,
  "malformed" | "binary" | "too-large" | "unknown-type" | "hello-first" | "hello-twice"
>;

export interface ChatScriptTexts {
  watching: Counted;
  /** On the button while there is no connection. */
  sendLater: string;
  newest: string;
  newMessages: Counted;
  /** Characters that may still be written. */
  left: Counted;
  /** Characters too many. */
  over: Counted;
  busy: string;
  gone: string;
  full: string;
  copied: string;
  selected: string;
  failed: string;
  emojiFailed: string;
  /** `{duration}` in that of slow mode. */
  refusals: Record<ChatRefusal, string>;
  /** `{word}`: what was typed. `{usage}`: what to type. `{min}`: how many characters. */
  commandErrors: Record<ChatCommandError["code"], string>;
}

/** The sentence with each `{place}` filled. */
export const filled = (sentence: string, places: Readonly<Record<string, string>>): string =>
  sentence.replace(/\{(\w+)\}/g, (place, name: string) => places[name] ?? place);

/** The form of a counted sentence for this number. */
export function countedText(counted: Counted, count: number, locale: string): string {
  const form = counted[new Intl.PluralRules(locale).select(count)] ?? counted.other;
  return filled(form, { count: new Intl.NumberFormat(locale).format(count) });
}
