import { lt, sql } from "drizzle-orm";
import type { Database } from "./open.ts";
import { viewerSamples } from "./schema.ts";

/** How many people watch each channel, by its id. */
export type ViewerCounts = ReadonlyMap<string, number>;

const asJson = (counts: ViewerCounts): string => JSON.stringify([...counts]);

/** Raises the peaks of running streams to what was just counted, where that is more. */
export async function raisePeaks(db: Database, counts: ViewerCounts): Promise<void> {
  if (counts.size === 0) return;
  await db.run(sql`
    UPDATE streams SET peak_viewers = counted.value ->> 1 FROM json_each(${asJson(counts)}) AS counted
    WHERE streams.channel_id = counted.value ->> 0 AND state <> 'ended' AND peak_viewers < counted.value ->> 1`);
}

/** Notes for each running stream how many watch it at `at` (ms); once, however often it is called with the same time. */
export async function sampleViewers(db: Database, counts: ViewerCounts, at: number): Promise<void> {
  await db.batch([
    db.run(sql`
      INSERT INTO viewer_samples (stream_id, at, viewers) SELECT id, ${at}, 0 FROM streams
      WHERE state <> 'ended' AND started_at <= ${at}
      ON CONFLICT DO NOTHING`),
    db.run(sql`
      UPDATE viewer_samples SET viewers = counted.value ->> 1 FROM json_each(${asJson(counts)}) AS counted
      JOIN streams ON streams.channel_id = counted.value ->> 0 AND state <> 'ended'
      WHERE viewer_samples.stream_id = streams.id AND at = ${at}`),
  ]);
}

export async function pruneViewerSamples(db: Database, before: number): Promise<void> {
  await db.delete(viewerSamples).where(lt(viewerSamples.at, before));
}

export interface ViewerPoint {
  /** Unix time, ms. */
  at: number;
  viewers: number;
}

const pointsMax = 500;
/** Written out: a bound number divides as a fraction. */
const minute = sql.raw("60000");

/**
 * How many watched a stream over time, oldest first: each minute, or, where that were more than 500 points, the most of so
 * many minutes that it is not.
 */
export async function readViewerCurve(db: Database, streamId: string): Promise<ViewerPoint[]> {
  return db.all<ViewerPoint>(sql`
    WITH bounds AS (
      SELECT min(at) AS first, max(max(at) - min(at), 0) / (${minute} * ${sql.raw(String(pointsMax))}) + 1 AS minutes
      FROM viewer_samples WHERE stream_id = ${streamId}
    )
    SELECT min(at) AS at, max(viewers) AS viewers FROM viewer_samples, bounds WHERE stream_id = ${streamId}
    GROUP BY (at - first) / (minutes * ${minute}) ORDER BY 1`);
}
