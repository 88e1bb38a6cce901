import { type SQL, sql } from "drizzle-orm";
import { type Act, auditEach } from "./audit-log.ts";
import type { Database } from "./open.ts";
import { type ReportReason, reports, type Role } from "./schema.ts";

export interface NewReport {
  channelId: string;
  reporterId: string;
  why: ReportReason;
  /** In the reporter's words; it may be empty. */
  details: string;
}

/** How often one person may report, and since when (ms) that is counted. */
interface ReportLimit {
  most: number;
  since: number;
}

export type ReportOutcome = "reported" | "reported-already" | "own-channel" | "too-many";

/** Keeps a report, with the stream that is on. One person has one open report of a channel, and none of their own. */
export async function fileReport(
  db: Database,
  { channelId, reporterId, why, details }: NewReport,
  now: number,
  limit: ReportLimit,
): Promise<ReportOutcome> {
  const isOwn = sql`EXISTS (SELECT 1 FROM channels WHERE id = ${channelId} AND user_id = ${reporterId})`;
  const isOpen = hasOpenReport(channelId, reporterId);
  const recent = sql`(SELECT count(*) FROM reports WHERE reporter_id = ${reporterId} AND at > ${limit.since})`;
  const [[before], filed] = await db.batch([
    db.all<{ isOwn: number; isOpen: number }>(sql`SELECT ${isOwn} AS "isOwn", ${isOpen} AS "isOpen"`),
    db.all(sql`
      INSERT INTO ${reports} (at, channel_id, reporter_id, why, details, stream_id)
      SELECT ${now}, ${channelId}, ${reporterId}, ${why}, ${details},
        (SELECT id FROM streams WHERE channel_id = ${channelId} AND state <> 'ended')
      WHERE NOT ${isOwn} AND NOT ${isOpen} AND ${recent} < ${limit.most} RETURNING id`),
  ]);
  if (filed.length > 0) return "reported";
  if (before?.isOwn === 1) return "own-channel";
  return before?.isOpen === 1 ? "reported-already" : "too-many";
}

const hasOpenReport = (channelId: string, reporterId: string): SQL => sql`EXISTS (SELECT 1 FROM reports
  WHERE reporter_id = ${reporterId} AND channel_id = ${channelId} AND closed_at IS NULL)`;

/** Whether somebody's report of the channel waits for an administrator. */
export async function hasReported(db: Database, channelId: string, reporterId: string): Promise<boolean> {
  const row = await db.get<{ isOpen: number }>(sql`SELECT ${hasOpenReport(channelId, reporterId)} AS "isOpen"`);
  return row.isOpen === 1;
}

export interface Report {
  id: number;
  /** Times are Unix time, ms. */
  at: number;
  channelName: string;
  ownerRole: Role;
  /** Whether the channel's owner is suspended. */
  isSuspended: boolean;
  /** null: an account that is gone. */
  reporterName: string | null;
  /** Reports by the same person, and of the same channel, this one too; each counted up to 100. */
  byReporter: number;
  ofChannel: number;
  why: ReportReason;
  details: string;
  /** Whether the channel was live. */
  wasLive: boolean;
  closedAt: number | null;
  closedByName: string | null;
  outcome: string | null;
}

/** `of`: a channel's id, for its latest reports, which have no further pages. */
export type ReportFilter = { state: "open" | "closed" } | { of: string };

const select = sql`
  SELECT reports.id, reports.at, channels.name AS "channelName", owners.role AS "ownerRole",
    owners.suspended_at IS NOT NULL AS "isSuspended", reporters.username AS "reporterName", why, details,
    stream_id IS NOT NULL AS "wasLive", closed_at AS "closedAt", closers.username AS "closedByName", outcome,
    (SELECT count(*) FROM (SELECT 1 FROM reports AS more WHERE more.reporter_id = reports.reporter_id LIMIT 100)) AS "byReporter",
    (SELECT count(*) FROM (SELECT 1 FROM reports AS more WHERE more.channel_id = reports.channel_id LIMIT 100)) AS "ofChannel"
  FROM reports JOIN channels ON channels.id = reports.channel_id JOIN users AS owners ON owners.id = channels.user_id
  LEFT JOIN users AS reporters ON reporters.id = reports.reporter_id
  LEFT JOIN users AS closers ON closers.id = reports.closed_by_id`;

/** Open ones oldest first, those with an id above `cursor`; others newest first, those with an id below it. */
export async function listReports(
  db: Database,
  filter: ReportFilter,
  cursor: number | null,
  limit: number,
): Promise<Report[]> {
  type Row = Omit<Report, "isSuspended" | "wasLive"> & { isSuspended: number; wasLive: number };
  const rows = await db.all<Row>(sql`${select} ${chosen(filter, cursor)} LIMIT ${limit}`);
  return rows.map((row) => ({ ...row, isSuspended: row.isSuspended === 1, wasLive: row.wasLive === 1 }));
}

/** Each in the order of an index. */
function chosen(filter: ReportFilter, cursor: number | null): SQL {
  if ("of" in filter) return sql`WHERE reports.channel_id = ${filter.of} ORDER BY reports.at DESC, reports.id DESC`;
  if (filter.state === "closed") {
    return sql`WHERE closed_at IS NOT NULL AND reports.id < ${cursor ?? Number.MAX_SAFE_INTEGER} ORDER BY reports.id DESC`;
  }
  const start = sql`(coalesce((SELECT at FROM reports WHERE id = ${cursor}), -1), ${cursor ?? 0})`;
  return sql`WHERE closed_at IS NULL AND (reports.at, reports.id) > ${start} ORDER BY reports.at, reports.id`;
}

/** Closes a report, with what came of it in the administrator's words. Returns whether it was open. */
export async function closeReport(db: Database, reportId: number, outcome: string, act: Act): Promise<boolean> {
  const which = sql`reports.id = ${reportId} AND closed_at IS NULL`;
  const [, closed] = await db.batch([
    auditEach(
      db,
      act,
      { action: "report-closed", detail: outcome, subject: { id: sql`users.id`, name: sql`users.username` } },
      sql`FROM reports JOIN channels ON channels.id = channel_id JOIN users ON users.id = user_id WHERE ${which}`,
    ),
    db.all(sql`
      UPDATE reports SET closed_at = ${act.now}, closed_by_id = ${act.actor.id}, outcome = ${outcome}
      WHERE ${which} RETURNING id`),
  ]);
  return closed.length > 0;
}
