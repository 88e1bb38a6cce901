import { and, desc, eq, sql } from "drizzle-orm";
import type { Database } from "./open.ts";
import { streams } from "./schema.ts";

export interface PastStream {
  id: string;
  title: string;
  /** Unix time, ms. */
  startedAt: number;
  endedAt: number;
  /** Most people who watched at once. */
  peakViewers: number;
}

/** Where a page of past streams begins: behind this stream, the last one of the page before. */
export type PastStreamCursor = Pick<PastStream, "id" | "endedAt">;

/** Streams of a channel that have ended, the latest first. */
export async function listPastStreams(
  db: Database,
  channelId: string,
  { after, limit }: { after?: PastStreamCursor | undefined; limit: number },
): Promise<PastStream[]> {
  const { endedAt, id } = streams;
  const rows = await db
    .select({ id, title: streams.title, startedAt: streams.startedAt, endedAt, peakViewers: streams.peakViewers })
    .from(streams)
    .where(
      and(
        eq(streams.channelId, channelId),
        sql`${endedAt} <= ${after?.endedAt ?? Number.MAX_SAFE_INTEGER}`,
        after && sql`(${endedAt} < ${after.endedAt} OR ${id} < ${after.id})`,
      ),
    )
    .orderBy(desc(endedAt), desc(id))
    .limit(limit);
  return rows.map((row) => ({ ...row, endedAt: row.endedAt ?? row.startedAt }));
}

/** One stream of a channel that has ended. */
export async function findPastStream(db: Database, channelId: string, id: string): Promise<PastStream | undefined> {
  const row = await db
    .select({
      id: streams.id,
      title: streams.title,
      startedAt: streams.startedAt,
      endedAt: streams.endedAt,
      peakViewers: streams.peakViewers,
    })
    .from(streams)
    .where(and(eq(streams.id, id), eq(streams.channelId, channelId)))
    .get();
  return row && row.endedAt !== null ? { ...row, endedAt: row.endedAt } : undefined;
}
