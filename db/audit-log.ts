import { type SQL, sql } from "drizzle-orm";
import type { Database } from "./open.ts";
import { auditLog } from "./schema.ts";

/** Everything that administrators do, by its name in the log. */
export const auditActions = [
  "streaming-allowed",
  "streaming-declined",
  "streaming-stopped",
  "role-changed",
  "suspended",
  "suspension-lifted",
  "reset-link-made",
  "signed-out",
  "stream-ended",
  "call-ended",
  "report-closed",
  "invitation-made",
  "invitation-revoked",
  "registration-changed",
  "second-factor-rule-changed",
  "category-added",
  "category-renamed",
  "category-removed",
] as const;
export type AuditAction = (typeof auditActions)[number];

/** Who does something now. */
export interface Act {
  /** `id` null: whoever runs the server, at its command line. */
  actor: { id: string | null; name: string };
  /** Unix time, ms. */
  now: number;
}

/** At the server's command line (`npm run admin`), where nobody is signed in. */
export const commandLineActor: Act["actor"] = { id: null, name: "npm run admin" };

interface Entry {
  action: AuditAction;
  /** What was set, or the reason that was given. */
  detail?: string | SQL | null;
  /** Whom or what it was done to; for what is no account, its name alone. */
  subject?: { id?: SQL; name: SQL };
}

/**
 * A statement for `batch()`: one row of the log for each row of `from` (FROM and WHERE). It stands before the statements
 * that change what `from` looks at, in the same batch: nothing is done without its row, and no row is about nothing.
 */
export function auditEach(db: Database, { actor, now }: Act, { action, detail = null, subject }: Entry, from: SQL) {
  return db.run(sql`
    INSERT INTO ${auditLog} (at, actor_id, actor_name, action, subject_id, subject_name, detail)
    SELECT ${now}, ${actor.id}, ${actor.name}, ${action}, ${subject?.id ?? null}, ${subject?.name ?? null}, ${detail} ${from}`);
}

export interface AuditEntry {
  id: number;
  /** Unix time, ms. */
  at: number;
  /** As they were called then. */
  actorName: string;
  action: AuditAction;
  subjectName: string | null;
  /** Whether what it was done to is an account that is still there. */
  hasSubject: boolean;
  detail: string | null;
}

export interface AuditFilter {
  /** By the name that they had then. */
  actor?: string | undefined;
  subject?: string | undefined;
  action?: AuditAction | undefined;
}

/** Newest first, before the entry with the id `before`. People write this log by hand: to look for an action it is read through. */
export async function listAuditEntries(
  db: Database,
  { actor, subject, action }: AuditFilter,
  before: number | null,
  limit: number,
): Promise<AuditEntry[]> {
  const conditions = [
    sql`id < ${before ?? Number.MAX_SAFE_INTEGER}`,
    ...(actor === undefined ? [] : [isAccount(sql`actor_id`, sql`actor_name`, actor)]),
    ...(subject === undefined ? [] : [isAccount(sql`subject_id`, sql`subject_name`, subject)]),
    ...(action === undefined ? [] : [sql`action = ${action}`]),
  ];
  const rows = await db.all<Omit<AuditEntry, "hasSubject"> & { subjectId: string | null }>(sql`
    SELECT id, at, actor_name AS "actorName", action, subject_id AS "subjectId", subject_name AS "subjectName", detail
    FROM audit_log WHERE ${sql.join(conditions, sql` AND `)} ORDER BY id DESC LIMIT ${limit}`);
  return rows.map(({ subjectId, ...entry }) => ({ ...entry, hasSubject: subjectId !== null }));
}

/** Of an account that is there by its id; of one that is gone, and of what is no account, by the name. */
const isAccount = (id: SQL, name: SQL, wanted: string): SQL =>
  sql`${id} IS (SELECT id FROM users WHERE username = ${wanted}) AND ${name} = ${wanted}`;
