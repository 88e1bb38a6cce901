import type { ServerMessage } from "../../signaling/contract/messages.ts";
import type { ChatCommandError, ChatCommandName } from "../contract/chat-commands.ts";
import { type ChatScriptTexts, filled } from "../contract/chat-script-texts.ts";
import { durationText } from "../contract/duration-text.ts";

/** What went wrong, in the words that the page gave the script. */

type Refusal = Pick<Extract<ServerMessage, { type: "error" }>, "code" | "message" | "retryAfterMs">;

/** A code that this page does not know is said in the server's own words. */
export function refusalText(
  { refusals }: Pick<ChatScriptTexts, "refusals">,
  { code, message, retryAfterMs = 0 }: Refusal,
  locale: string,
): string {
  const sentences: Readonly<Partial<Record<string, string>>> = refusals;
  const duration = durationText(Math.ceil(retryAfterMs / 1000), locale);
  return filled(sentences[code] ?? message, { duration });
}

export function commandErrorText(
  { commandErrors }: Pick<ChatScriptTexts, "commandErrors">,
  error: ChatCommandError,
  usageOf: (name: ChatCommandName) => string,
): string {
  return filled(commandErrors[error.code], {
    word: error.code === "unknown" ? error.word : "",
    usage: error.code === "usage" ? usageOf(error.name) : "",
    min: error.code === "word-length" ? String(error.min) : "",
  });
}
