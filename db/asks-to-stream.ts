import { sql } from "drizzle-orm";
import type { Database } from "./open.ts";

/** The right to stream, where an administrator gives it: what somebody has asked for, and the answer. */
export interface AskToStream {
  /** Unix time, ms; null: nothing is asked for. */
  askedAt: number | null;
  /** As they wrote it; it may be empty. */
  why: string;
  /** The last answer, when it was no, in the administrator's words, which may be empty. */
  declined: { at: number; why: string } | null;
}

interface Row {
  askedAt: number | null;
  why: string | null;
  action: string | null;
  answeredAt: number | null;
  answer: string | null;
}

/** What the log says of the right to stream of the user in `users`, last. */
const lastAnswer = sql`(SELECT max(id) FROM audit_log WHERE subject_id = users.id
  AND action IN ('streaming-allowed', 'streaming-declined', 'streaming-stopped', 'role-changed'))`;

export async function readAskToStream(db: Database, userId: string): Promise<AskToStream> {
  const row = await db.get<Row | undefined>(sql`
    SELECT streaming_asked_at AS "askedAt", streaming_asked_why AS why, action, audit_log.at AS "answeredAt", detail AS answer
    FROM users LEFT JOIN audit_log ON audit_log.id = ${lastAnswer} WHERE users.id = ${userId}`);
  const wasDeclined = row?.action === "streaming-declined" && row.answeredAt !== null;
  return {
    askedAt: row?.askedAt ?? null,
    why: row?.why ?? "",
    declined: wasDeclined ? { at: row.answeredAt ?? 0, why: row.answer ?? "" } : null,
  };
}

/**
 * A viewer asks for the right to stream. Returns false when they may stream already, have asked and wait for the answer, or
 * were told no after `declinedSince` (ms).
 */
export async function askToStream(
  db: Database,
  userId: string,
  why: string,
  { now, declinedSince }: { now: number; declinedSince: number },
): Promise<boolean> {
  const asked = await db.all(sql`
    UPDATE users SET streaming_asked_at = ${now}, streaming_asked_why = ${why}
    WHERE id = ${userId} AND role = 'viewer' AND suspended_at IS NULL AND streaming_asked_at IS NULL
    AND NOT EXISTS (SELECT 1 FROM audit_log
      WHERE subject_id = ${userId} AND action = 'streaming-declined' AND at > ${declinedSince})
    RETURNING id`);
  return asked.length > 0;
}
