import { closeCodes } from "../../signaling/contract/limits.ts";
import type { ChatState } from "./chat-state.ts";
import type { Link } from "./room-connection.ts";

/** Which sentences may stand above the composer; they themselves are in web/views/chat-texts.tsx. */
export const statusNames = [
  "connecting",
  "offline",
  "unreachable",
  "slow",
  "gone",
  "version",
  "too-many",
  "ended",
  "storage",
  "starting",
  "banned",
  "timed-out",
  "follow-first",
  "follow-longer",
] as const;
export type StatusName = (typeof statusNames)[number];

export interface ChatStatus {
  name: StatusName | null;
  /** Until when the sentence holds, Unix time, ms. */
  until: number | null;
  /** Only a reload of the page helps. */
  needsReload: boolean;
  /** Whether this person may write a line now; one that waits for the connection counts. */
  mayWrite: boolean;
}

const say = (name: StatusName | null, more: Partial<ChatStatus> = {}): ChatStatus => ({
  name,
  until: null,
  needsReload: false,
  mayWrite: true,
  ...more,
});

const msPerMinute = 60_000;

/** What has to be said now (`now` in Unix time, ms), the most serious thing first. */
export function statusOf(link: Link, state: ChatState, now: number): ChatStatus {
  if (link.type === "closed") return say(closedName(link.code), { needsReload: true, mayWrite: false });
  const hindrance = hindranceOf(state, now);
  if (link.type === "waiting") {
    const name = link.isOffline ? "offline" : link.code === closeCodes.slow ? "slow" : "unreachable";
    return say(name, { mayWrite: hindrance === null });
  }
  if (link.type === "connecting" && state.room === null) return say("connecting");
  if (hindrance !== null) return hindrance;
  const writing = state.room?.writing ?? "open";
  return say(writing === "open" ? null : writing);
}

function closedName(code: number): StatusName {
  switch (code) {
    case closeCodes.gone:
      return "gone";
    case closeCodes.version:
      return "version";
    case closeCodes.tooMany:
      return "too-many";
    default:
      return "ended";
  }
}

/** What keeps this person from writing, as far as it can be told beforehand. */
function hindranceOf({ you, room }: ChatState, now: number): ChatStatus | null {
  if (you === null || room === null) return null;
  if (you.bannedUntil === "ever") return say("banned", { mayWrite: false });
  if (you.bannedUntil !== null && you.bannedUntil > now)
    return say("timed-out", { until: you.bannedUntil, mayWrite: false });
  const { followersMinutes } = room.settings;
  if (you.role !== "viewer" || followersMinutes === null) return null;
  if (you.followedAt === null) return say("follow-first", { mayWrite: false });
  const from = you.followedAt + followersMinutes * msPerMinute;
  return from > now ? say("follow-longer", { until: from, mayWrite: false }) : null;
}
