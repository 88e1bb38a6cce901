/**
 * The names of the channels that whoever is signed in follows, as of now: what the page came with, and what is followed or
 * not any more since then, in this tab or in another.
 */

interface FollowChange {
  name: string;
  isFollowed: boolean;
}

/** When channels were followed in this browser lately, Unix time, ms, by name. */
const storageKey = "panggung-followed-at";
const maxRemembered = 20;

const readTimes = (): Record<string, number> => {
  try {
    return JSON.parse(localStorage.getItem(storageKey) ?? "{}") as Record<string, number>;
  } catch {
    return {};
  }
};

const writeTime = (name: string, at: number): void => {
  const times = Object.entries({ ...readTimes(), [name]: at }).toSorted(([, a], [, b]) => b - a);
  try {
    localStorage.setItem(storageKey, JSON.stringify(Object.fromEntries(times.slice(0, maxRemembered))));
  } catch {
    // Without storage, as in some private windows, the next page takes it for an old friend.
  }
};

/** When this channel was followed in this browser, Unix time, ms; 0: not lately. */
export const followedAt = (name: string): number => readTimes()[name] ?? 0;

/** The set changes by itself, and `onChange` is called then. */
export function followedChannels(onChange: () => void): Set<string> {
  const names = new Set(document.getElementById("toasts")?.dataset["followed"]?.split(" "));
  const tabs = "BroadcastChannel" in window ? new BroadcastChannel(storageKey) : null;
  const take = ({ name, isFollowed }: FollowChange): boolean => {
    if (names.has(name) === isFollowed) return false;
    if (isFollowed) names.add(name);
    else names.delete(name);
    onChange();
    return true;
  };
  tabs?.addEventListener("message", ({ data }: MessageEvent<FollowChange>) => take(data));
  // The button of a channel's page was pressed, and the server has answered.
  document.addEventListener("htmx:after:swap", () => {
    const { channel, choice } = document.getElementById("follow")?.dataset ?? {};
    if (channel === undefined || (choice !== "follow" && choice !== "unfollow")) return;
    const change = { name: channel, isFollowed: choice === "unfollow" };
    if (!take(change)) return;
    if (change.isFollowed) writeTime(channel, Date.now());
    tabs?.postMessage(change);
  });
  return names;
}
