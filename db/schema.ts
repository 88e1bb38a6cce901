import { sql } from "drizzle-orm";
import { index, integer, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";

/**
 * Every table. Times are Unix time in ms, unless a comment says otherwise.
 * A column that holds a secret holds its hash or its cipher, never the secret.
 */

export const roles = ["viewer", "streamer", "administrator"] as const;
export type Role = (typeof roles)[number];

export const streamStates = ["live", "interrupted", "ended"] as const;
export type StreamState = (typeof streamStates)[number];

export const users = sqliteTable(
  "users",
  {
    id: text("id").primaryKey(),
    /** Canonical: lower case. */
    username: text("username").notNull().unique(),
    /** argon2id, PHC string. */
    passwordHash: text("password_hash").notNull(),
    role: text("role", { enum: roles }).notNull(),
    createdAt: integer("created_at").notNull(),
  },
  (table) => [index("users_by_age").on(table.createdAt, table.id)],
);

export const sessions = sqliteTable(
  "sessions",
  {
    /** SHA-256 of the cookie's token, hex. */
    id: text("id").primaryKey(),
    userId: text("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    /** Unix time in seconds: lucia's adapter writes it so. */
    expiresAt: integer("expires_at").notNull(),
    /** When the password was last typed in this session. */
    passwordConfirmedAt: integer("password_confirmed_at").notNull(),
  },
  (table) => [index("sessions_by_user").on(table.userId), index("sessions_by_expiry").on(table.expiresAt)],
);

export const channels = sqliteTable("channels", {
  id: text("id").primaryKey(),
  userId: text("user_id")
    .notNull()
    .unique()
    .references(() => users.id, { onDelete: "cascade" }),
  /** The owner's username: the `name` of `/@name`. */
  name: text("name").notNull().unique(),
  title: text("title").notNull(),
  /** HMAC-SHA-256 of the stream key, hex. */
  keyHash: text("key_hash").notNull().unique(),
  /** AES-256-GCM of the stream key: nonce, tag and cipher, base64. */
  keyCipher: text("key_cipher").notNull(),
  /** Until then nobody may publish, because an operator ended the stream; 0: free. */
  heldUntil: integer("held_until").notNull().default(0),
  /** The last publisher that was turned away; all four null when there is none worth showing. */
  refusedAt: integer("refused_at"),
  refusalReason: text("refusal_reason"),
  refusalMessage: text("refusal_message"),
  refusalAddress: text("refusal_address"),
});

export const streams = sqliteTable(
  "streams",
  {
    /** Public, 128 random bits, hex. */
    id: text("id").primaryKey(),
    channelId: text("channel_id")
      .notNull()
      .references(() => channels.id, { onDelete: "cascade" }),
    state: text("state", { enum: streamStates }).notNull(),
    startedAt: integer("started_at").notNull(),
    endedAt: integer("ended_at"),
    endReason: text("end_reason"),
    /** Counted up at each publish that asked api; 1 at the first. */
    incarnation: integer("incarnation").notNull(),
    /** Where viewers reach the ingest that holds the stream; null: the page's own host. */
    hlsUrl: text("hls_url"),
    leaseRenewedAt: integer("lease_renewed_at").notNull(),
    /** The last health report (ingest/contract/health.ts), JSON. */
    health: text("health", { mode: "json" }),
  },
  (table) => [
    // This index decides races: a channel has one stream that has not ended.
    uniqueIndex("streams_one_running")
      .on(table.channelId)
      .where(sql`state <> 'ended'`),
    index("streams_running")
      .on(table.startedAt, table.id)
      .where(sql`state <> 'ended'`),
    index("streams_by_end").on(table.channelId, table.endedAt),
  ],
);

export const oneTimeLinks = sqliteTable(
  "one_time_links",
  {
    /** SHA-256 of the code in the link, hex. */
    codeHash: text("code_hash").primaryKey(),
    purpose: text("purpose", { enum: ["setup", "reset"] }).notNull(),
    /** Whose password the link sets; null for the set-up link. */
    userId: text("user_id").references(() => users.id, { onDelete: "cascade" }),
    expiresAt: integer("expires_at").notNull(),
    usedAt: integer("used_at"),
  },
  (table) => [index("one_time_links_by_user").on(table.userId)],
);

/** Commands to ingest, in the order of their commits. Ids have no gaps; old rows are pruned from the front. */
export const outbox = sqliteTable(
  "outbox",
  {
    id: integer("id").primaryKey({ autoIncrement: true }),
    createdAt: integer("created_at").notNull(),
    /** A command of api/contract/commands.ts without its id, JSON. */
    command: text("command").notNull(),
  },
  (table) => [index("outbox_by_age").on(table.createdAt)],
);
