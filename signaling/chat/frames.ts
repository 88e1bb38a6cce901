import type { ChatLine, ChatSettings, Writing } from "../contract/chat.ts";
import { protocolVersion } from "../contract/limits.ts";
import type { Position, ServerMessage, You } from "../contract/messages.ts";
import type { History } from "./history.ts";

/**
 * The frames that hold a history, put together from JSON that was made once: thousands may ask for the same one.
 * `mayRead`: whether whoever gets it may read what is said.
 */

/** What welcome and reset share. */
export interface RoomFacts {
  history: History;
  settings: ChatSettings;
  pinned: ChatLine | null;
  writing: Writing;
}

type Welcome = Extract<ServerMessage, { type: "welcome" }>;

/** `position`: how far somebody who comes back had got. */
export function welcomeFrame(
  facts: RoomFacts,
  mayRead: boolean,
  personal: { you: You; resume: string; viewers: number },
  position: Position | undefined,
): string {
  const head = { type: "welcome", version: protocolVersion, ...personal } satisfies Partial<Welcome>;
  const missed =
    position === undefined || !mayRead ? null : facts.history.eventsAfterJson(position.epoch, position.seq);
  const history =
    missed === null ? `{"type":"whole","lines":${linesJson(facts, mayRead)}}` : `{"type":"missed","events":${missed}}`;
  return `${JSON.stringify(head).slice(0, -1)},${stateJson(facts, mayRead)},"history":${history}}`;
}

export const resetFrame = (facts: RoomFacts, mayRead: boolean): string =>
  `{"type":"reset",${stateJson(facts, mayRead)},"lines":${linesJson(facts, mayRead)}}`;

const linesJson = ({ history }: RoomFacts, mayRead: boolean): string => (mayRead ? history.linesJson() : "[]");

/** Without its braces. */
function stateJson({ history, settings, pinned, writing }: RoomFacts, mayRead: boolean): string {
  const { epoch, seq } = history;
  return JSON.stringify({ epoch, seq, settings, pinned: mayRead ? pinned : null, writing }).slice(1, -1);
}
