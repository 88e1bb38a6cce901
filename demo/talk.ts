import type { ChatLine } from "../signaling/contract/chat.ts";
import type { Chatter } from "./chatter.ts";
import { greetings, type Line } from "./conversations.ts";
import { pause } from "./pause.ts";

/** People who talk in a channel's chat, one after the other, at the pace of people who also watch. */

const betweenConversationsMs = 9000;
const greetAtMostEveryMs = 12_000;

/** About how long somebody takes to read what was said and to type this, ms. */
const paceMs = (text: string): number => (1800 + 55 * text.length) * (0.7 + 0.8 * Math.random());

/** Says the lines of one conversation; `pauseFor` is what passes before each. Lines that are not taken are left out. */
export async function converse(
  cast: ReadonlyMap<string, Chatter>,
  conversation: readonly Line[],
  signal: AbortSignal,
  pauseFor: (text: string) => number = paceMs,
): Promise<(string | null)[]> {
  const ids: (string | null)[] = [];
  for (const { by, text, answers } of conversation) {
    await pause(pauseFor(text), signal);
    if (signal.aborted) break;
    const isAction = text.startsWith("/me ");
    const replyTo = answers === undefined ? null : (ids[answers] ?? null);
    const said = cast.get(by)?.say(isAction ? text.slice(4) : text, {
      isAction,
      ...(replyTo === null ? {} : { replyTo }),
    });
    ids.push((await said) ?? null);
  }
  return ids;
}

/** Goes on until the signal aborts. No conversation comes twice before all others have been. */
export async function talk(
  cast: ReadonlyMap<string, Chatter>,
  conversations: readonly Line[][],
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    for (const conversation of conversations.toSorted(() => Math.random() - 0.5)) {
      await converse(cast, conversation, signal);
      await pause(betweenConversationsMs * (0.5 + Math.random()), signal);
    }
  }
}

/** Answers whoever writes and is none of the cast. `listener` is one of them. */
export function greetVisitors(cast: ReadonlyMap<string, Chatter>, listener: Chatter, signal: AbortSignal): void {
  let [greeted, notBeforeMs] = [0, 0];
  listener.onLine = ({ id, name }: ChatLine): void => {
    const greet = greetings[greeted % greetings.length];
    if (cast.has(name) || greet === undefined || performance.now() < notBeforeMs) return;
    greeted++;
    notBeforeMs = performance.now() + greetAtMostEveryMs;
    const { by, text } = greet(name);
    void pause(1200 + paceMs(""), signal).then(() => cast.get(by)?.say(text, { replyTo: id }));
  };
}
