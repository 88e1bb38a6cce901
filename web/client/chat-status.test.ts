import { expect, test } from "bun:test";
import type { ChatSettings, Writing } from "../../signaling/contract/chat.ts";
import { closeCodes } from "../../signaling/contract/limits.ts";
import type { You } from "../../signaling/contract/messages.ts";
import { type ChatState, initialState } from "./chat-state.ts";
import { statusOf } from "./chat-status.ts";
import type { Link } from "./room-connection.ts";

const now = 1_000_000;
const minute = 60_000;

function stateOf(you: Partial<You> = {}, settings: Partial<ChatSettings> = {}, writing: Writing = "open"): ChatState {
  return {
    ...initialState,
    you: { id: "a", name: "budi", color: 0, role: "viewer", bannedUntil: null, followedAt: null, ...you },
    room: {
      epoch: 1,
      seq: 1,
      pinned: null,
      writing,
      settings: {
        slowSeconds: 0,
        followersMinutes: null,
        signedInOnly: false,
        emojiOnly: false,
        noDuplicates: true,
        noLinks: false,
        ...settings,
      },
    },
  };
}

const live: Link = { type: "live" };
const connecting: Link = { type: "connecting" };
const waiting = (code: number, isOffline = false): Link => ({ type: "waiting", code, isOffline });

test.each([
  [live, stateOf(), null, true],
  [connecting, initialState, "connecting", true],
  [waiting(1006), stateOf(), "unreachable", true],
  [waiting(1006, true), stateOf(), "offline", true],
  [waiting(closeCodes.slow), stateOf(), "slow", true],
  [waiting(1006), stateOf({ bannedUntil: "ever" }), "unreachable", false],
  [live, stateOf({}, {}, "storage"), "storage", true],
  [live, stateOf({}, {}, "starting"), "starting", true],
  [live, stateOf({ bannedUntil: "ever" }), "banned", false],
  [live, stateOf({ bannedUntil: now + 1 }), "timed-out", false],
  [live, stateOf({ bannedUntil: now }), null, true],
  [live, stateOf({}, { followersMinutes: 0 }), "follow-first", false],
  [live, stateOf({ followedAt: now }, { followersMinutes: 0 }), null, true],
  [live, stateOf({ followedAt: now - minute }, { followersMinutes: 2 }), "follow-longer", false],
  [live, stateOf({ followedAt: now - 2 * minute }, { followersMinutes: 2 }), null, true],
  [live, stateOf({ role: "moderator" }, { followersMinutes: 2 }), null, true],
] as const)("%j: says what holds", (link, state, name, mayWrite) => {
  expect(statusOf(link, state, now)).toMatchObject({ name, mayWrite, needsReload: false });
});

test.each([
  [closeCodes.gone, "gone"],
  [closeCodes.version, "version"],
  [closeCodes.tooMany, "too-many"],
  [closeCodes.unauthorized, "ended"],
] as const)("after %p only a reload helps", (code, name) => {
  expect(statusOf({ type: "closed", code }, stateOf(), now)).toEqual({
    name,
    until: null,
    needsReload: true,
    mayWrite: false,
  });
});

test("says until when", () => {
  expect(statusOf(live, stateOf({ bannedUntil: now + 5 }), now).until).toBe(now + 5);
  const longer = stateOf({ followedAt: now }, { followersMinutes: 3 });
  expect(statusOf(live, longer, now).until).toBe(now + 3 * minute);
});
