import { listCategories } from "../db/categories.ts";
import { countFollowersOf, type CategoryName, listRecentlyLive, type OfflineRow } from "../db/discovery.ts";
import type { AppDeps } from "./app-env.ts";
import { Kept } from "./kept.ts";
import { LiveList } from "./live-list.ts";

const offlineConsidered = 60;
const maxAgeMs = 10_000;

/** A channel that is off, and how many follow it. */
export interface WorthFollowing extends OfflineRow {
  followers: number;
}

/** What every list of channels is made of: the same for everybody, so that it is read once for all who ask. */
export class Discovery {
  readonly live: LiveList;
  /** Of the channels that were live last, those that most people follow first. */
  readonly worthFollowing: Kept<WorthFollowing[]>;
  readonly categories: Kept<CategoryName[]>;

  constructor(deps: Pick<AppDeps, "db" | "viewers" | "changes" | "closing">) {
    const { db, changes, closing } = deps;
    this.live = new LiveList(deps);
    this.categories = new Kept(() => listCategories(db), maxAgeMs);
    this.worthFollowing = new Kept(async () => {
      const rows = await listRecentlyLive(db, offlineConsidered);
      const counts = await countFollowersOf(
        db,
        rows.map(({ channelId }) => channelId),
      );
      return rows
        .map((row) => ({ ...row, followers: counts.get(row.channelId) ?? 0 }))
        .toSorted((a, b) => b.followers - a.followers);
    }, maxAgeMs);
    closing.addEventListener(
      "abort",
      changes.on("live", () => this.worthFollowing.forget()),
    );
  }
}
