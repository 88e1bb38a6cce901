import { sql } from "drizzle-orm";
import {
  type AnySQLiteColumn,
  blob,
  index,
  integer,
  primaryKey,
  real,
  sqliteTable,
  text,
  uniqueIndex,
} from "drizzle-orm/sqlite-core";

/**
 * Every table. Times are Unix time in ms, unless a comment says otherwise.
 * A column that holds a secret holds its hash or its cipher, never the secret.
 */

export const roles = ["viewer", "streamer", "administrator"] as const;
export type Role = (typeof roles)[number];

export const streamStates = ["live", "interrupted", "ended"] as const;
export const registrations = ["open", "invitation", "closed"] as const;
export type Registration = (typeof registrations)[number];

export const reportReasons = ["illegal", "violence", "sexual", "hate", "spam", "other"] as const;
export type ReportReason = (typeof reportReasons)[number];

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
    /** As the person wants to be called; null: as they sign in. */
    displayName: text("display_name"),
    /** What that looks like: names that people take for each other have the same. */
    displayLookalike: text("display_lookalike"),
    /** Of the name in chat, 0 to 11; null: made from the name. */
    color: integer("color"),
    avatarHash: text("avatar_hash").references((): AnySQLiteColumn => images.hash),
    /** Since then nobody can sign in; null: not suspended. */
    suspendedAt: integer("suspended_at"),
    /** What the person is told of it. */
    suspendedReason: text("suspended_reason"),
    /** When the right to stream was asked for, and why; null: it was not, or that is answered. */
    streamingAskedAt: integer("streaming_asked_at"),
    streamingAskedWhy: text("streaming_asked_why"),
    /** AES-256-GCM of the secret of the second factor, as channels.key_cipher; null: there is none. */
    totpCipher: text("totp_cipher"),
    /** The last 30 s step whose code was used: each code is good once. */
    totpStep: integer("totp_step").notNull().default(0),
  },
  (table) => [
    index("users_by_age").on(table.createdAt, table.id),
    index("users_who_ask")
      .on(table.streamingAskedAt)
      .where(sql`streaming_asked_at IS NOT NULL`),
    index("users_suspended")
      .on(table.suspendedAt)
      .where(sql`suspended_at IS NOT NULL`),
    index("users_by_avatar").on(table.avatarHash),
    index("users_by_lookalike")
      .on(table.displayLookalike)
      .where(sql`display_lookalike IS NOT NULL`),
    // The few that are more than viewers.
    index("users_by_role")
      .on(table.role, table.createdAt, table.id)
      .where(sql`role <> 'viewer'`),
  ],
);

/** Avatars and banners: WebP, by SHA-256. What nothing refers to any more is removed. */
export const images = sqliteTable(
  "images",
  {
    /** Of the body, hex. */
    hash: text("hash").primaryKey(),
    body: blob("body", { mode: "buffer" }).notNull(),
    createdAt: integer("created_at").notNull(),
  },
  (table) => [index("images_by_age").on(table.createdAt)],
);

/** One row: what administrators decide for the whole site. */
export const siteSettings = sqliteTable("site_settings", {
  id: integer("id").primaryKey(),
  registration: text("registration", { enum: registrations }).notNull().default("open"),
  /** Administrators without a second factor have to set one up before they administer. */
  administratorsNeedTotp: integer("administrators_need_totp", { mode: "boolean" }).notNull().default(false),
});

/** Each is good for one account. */
export const invitations = sqliteTable(
  "invitations",
  {
    /** SHA-256 of the code in the link, hex. */
    codeHash: text("code_hash").primaryKey(),
    /** What whoever made it wrote down about it. */
    note: text("note").notNull().default(""),
    createdById: text("created_by_id").references(() => users.id, { onDelete: "set null" }),
    createdAt: integer("created_at").notNull(),
    expiresAt: integer("expires_at").notNull(),
    usedById: text("used_by_id").references(() => users.id, { onDelete: "set null" }),
    usedAt: integer("used_at"),
  },
  (table) => [
    index("invitations_by_age").on(table.createdAt),
    index("invitations_by_maker").on(table.createdById),
    index("invitations_by_user").on(table.usedById),
  ],
);

/** Instead of a forgotten password: made at registration, each good once. */
export const recoveryCodes = sqliteTable(
  "recovery_codes",
  {
    /** HMAC-SHA-256 of the code, hex. */
    codeHash: text("code_hash").primaryKey(),
    userId: text("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    usedAt: integer("used_at"),
  },
  (table) => [index("recovery_codes_by_user").on(table.userId)],
);

/** Passwords that were right, whose second factor is still to come. */
export const signInSteps = sqliteTable(
  "sign_in_steps",
  {
    /** SHA-256 of the cookie's token, hex. */
    id: text("id").primaryKey(),
    userId: text("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    expiresAt: integer("expires_at").notNull(),
  },
  (table) => [index("sign_in_steps_by_user").on(table.userId), index("sign_in_steps_by_expiry").on(table.expiresAt)],
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
    createdAt: integer("created_at").notNull().default(0),
    /** To the hour; older when nothing was asked since. */
    seenAt: integer("seen_at").notNull().default(0),
    /** The browser's own words for itself when the session began, cut off. */
    userAgent: text("user_agent").notNull().default(""),
  },
  (table) => [index("sessions_by_user").on(table.userId), index("sessions_by_expiry").on(table.expiresAt)],
);

export const channels = sqliteTable(
  "channels",
  {
    id: text("id").primaryKey(),
    userId: text("user_id")
      .notNull()
      .unique()
      .references(() => users.id, { onDelete: "cascade" }),
    /** The owner's username: the `name` of `/@name`. */
    name: text("name").notNull().unique(),
    /** "": called after its owner, in the language of whoever reads it. */
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
    categoryId: text("category_id").references(() => categories.id, { onDelete: "set null" }),
    /** A JSON array of strings, lower case. */
    tags: text("tags").notNull().default("[]"),
    /** What is spoken: a BCP 47 tag such as `id`; null: not said. */
    language: text("language"),
    isMature: integer("is_mature", { mode: "boolean" }).notNull().default(false),
    /** Markdown. */
    about: text("about").notNull().default(""),
    /** A JSON array of `{ title, url }`. */
    links: text("links").notNull().default("[]"),
    bannerHash: text("banner_hash").references(() => images.hash),
    /** When its last stream began; null: it never had one. */
    lastLiveAt: integer("last_live_at"),
  },
  (table) => [
    index("channels_by_category").on(table.categoryId, table.lastLiveAt, table.id),
    index("channels_by_banner").on(table.bannerHash),
    index("channels_last_live")
      .on(table.lastLiveAt, table.id)
      .where(sql`last_live_at IS NOT NULL`),
  ],
);

/**
 * Which row of the full-text index `channel_search` (made, and kept right by triggers, in migration 0004) is about which
 * channel: an INTEGER PRIMARY KEY stays what it is, a bare rowid may change.
 */
export const searchDocuments = sqliteTable("search_documents", {
  id: integer("id").primaryKey(),
  channelId: text("channel_id")
    .notNull()
    .unique()
    .references(() => channels.id, { onDelete: "cascade" }),
});

/** What streams are about. Administrators keep the list. */
export const categories = sqliteTable("categories", {
  /** Part of its address: lower-case letters, digits and hyphens. */
  id: text("id").primaryKey(),
  /** In English, and in Indonesian. */
  name: text("name").notNull(),
  nameId: text("name_id").notNull(),
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
    /** Why an administrator ended it, in their words, for the streamer; null: they did not, or did not say. */
    endNote: text("end_note"),
    /** Counted up at each publish that asked api; 1 at the first. */
    incarnation: integer("incarnation").notNull(),
    /** Where viewers reach the ingest that holds the stream; null: the page's own host. */
    hlsUrl: text("hls_url"),
    leaseRenewedAt: integer("lease_renewed_at").notNull(),
    /** The last health report (ingest/contract/health.ts), JSON. */
    health: text("health", { mode: "json" }),
    /** The channel's title, last set while it was on; "": as there. */
    title: text("title").notNull().default(""),
    /** Most people who watched at once. */
    peakViewers: integer("peak_viewers").notNull().default(0),
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

/** How many watched, once a minute. */
export const viewerSamples = sqliteTable(
  "viewer_samples",
  {
    streamId: text("stream_id")
      .notNull()
      .references(() => streams.id, { onDelete: "cascade" }),
    at: integer("at").notNull(),
    viewers: integer("viewers").notNull(),
  },
  (table) => [primaryKey({ columns: [table.streamId, table.at] }), index("viewer_samples_by_age").on(table.at)],
);

/** What somebody says is against the rules. */
export const reports = sqliteTable(
  "reports",
  {
    id: integer("id").primaryKey({ autoIncrement: true }),
    at: integer("at").notNull(),
    channelId: text("channel_id")
      .notNull()
      .references(() => channels.id, { onDelete: "cascade" }),
    /** null: an account that is gone. */
    reporterId: text("reporter_id").references(() => users.id, { onDelete: "set null" }),
    why: text("why", { enum: reportReasons }).notNull(),
    details: text("details").notNull(),
    /** The stream that was on; null: none was. */
    streamId: text("stream_id").references(() => streams.id, { onDelete: "set null" }),
    closedAt: integer("closed_at"),
    closedById: text("closed_by_id").references(() => users.id, { onDelete: "set null" }),
    /** What came of it, in the administrator's words. */
    outcome: text("outcome"),
  },
  (table) => [
    index("reports_open")
      .on(table.at)
      .where(sql`closed_at IS NULL`),
    index("reports_by_channel").on(table.channelId, table.at),
    index("reports_by_reporter").on(table.reporterId, table.at),
    index("reports_by_stream").on(table.streamId),
    index("reports_by_closer").on(table.closedById),
  ],
);

/** What administrators have done. Rows outlive the accounts that they are about. */
export const auditLog = sqliteTable(
  "audit_log",
  {
    id: integer("id").primaryKey({ autoIncrement: true }),
    at: integer("at").notNull(),
    actorId: text("actor_id").references(() => users.id, { onDelete: "set null" }),
    /** As they were called then. */
    actorName: text("actor_name").notNull(),
    /** One of db/audit-log.ts. */
    action: text("action").notNull(),
    subjectId: text("subject_id").references(() => users.id, { onDelete: "set null" }),
    subjectName: text("subject_name"),
    /** What was set, or the reason that was given. */
    detail: text("detail"),
  },
  (table) => [
    index("audit_log_by_actor").on(table.actorId),
    index("audit_log_by_subject").on(table.subjectId),
    index("audit_log_by_age").on(table.at),
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

export const audiences = ["ingest", "signaling"] as const;
export type Audience = (typeof audiences)[number];

/**
 * Commands to ingest and signaling, in the order of their commits. Ids have no gaps; old rows are pruned from the front.
 */
export const outbox = sqliteTable(
  "outbox",
  {
    id: integer("id").primaryKey({ autoIncrement: true }),
    createdAt: integer("created_at").notNull(),
    /** Whose command stream it is for. */
    audience: text("audience", { enum: audiences }).notNull().default("ingest"),
    /** A command of api/contract/commands.ts or signaling-commands.ts without its id, JSON. */
    command: text("command").notNull(),
  },
  (table) => [
    index("outbox_by_age").on(table.createdAt),
    // The id stands at the end of every index.
    index("outbox_by_audience").on(table.audience),
  ],
);

const channelId = () =>
  text("channel_id")
    .notNull()
    .references(() => channels.id, { onDelete: "cascade" });
const userId = () =>
  text("user_id")
    .notNull()
    .references(() => users.id, { onDelete: "cascade" });

export const follows = sqliteTable(
  "follows",
  { userId: userId(), channelId: channelId(), followedAt: integer("followed_at").notNull() },
  (table) => [
    primaryKey({ columns: [table.userId, table.channelId] }),
    index("follows_by_channel").on(table.channelId, table.followedAt),
  ],
);

/** A channel's chat: made when it is opened or set for the first time. */
export const chatRooms = sqliteTable("chat_rooms", {
  channelId: channelId().primaryKey(),
  /** Counted up at each opening; lines under an older one are not stored. */
  epoch: integer("epoch").notNull().default(0),
  /** Least time between two lines of one author, seconds; 0: off. */
  slowSeconds: integer("slow_seconds").notNull().default(0),
  /** Minutes of following before one may write; null: everyone may. */
  followersMinutes: integer("followers_minutes"),
  signedInOnly: integer("signed_in_only", { mode: "boolean" }).notNull().default(false),
  emojiOnly: integer("emoji_only", { mode: "boolean" }).notNull().default(false),
  noDuplicates: integer("no_duplicates", { mode: "boolean" }).notNull().default(true),
  noLinks: integer("no_links", { mode: "boolean" }).notNull().default(false),
  /** Lower case; a `*` at the end stands for any ending. A JSON array of strings. */
  blockedWords: text("blocked_words").notNull().default("[]"),
  pinnedLineId: text("pinned_line_id"),
});

export const chatLines = sqliteTable(
  "chat_lines",
  {
    /** The order in which they were said. */
    position: integer("position").primaryKey({ autoIncrement: true }),
    /** The author's id, a dot, and the nonce of the author's client. */
    id: text("id").notNull(),
    channelId: channelId(),
    authorId: text("author_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    /** The room's, when the line was stored. */
    epoch: integer("epoch").notNull(),
    at: integer("at").notNull(),
    text: text("text").notNull(),
    /** `/me`. */
    action: integer("action", { mode: "boolean" }).notNull(),
    /** The author's first line in this channel. */
    first: integer("first", { mode: "boolean" }).notNull(),
    /** Id of the line it answers, which may be gone. */
    replyTo: text("reply_to"),
    /** The channel's stream while it was said, and how long that had been on, ms. */
    streamId: text("stream_id").references(() => streams.id, { onDelete: "set null" }),
    streamOffsetMs: integer("stream_offset_ms"),
    removedAt: integer("removed_at"),
  },
  (table) => [
    // A nonce that somebody uses in two channels makes two lines. The author comes first, and stands at the beginning of
    // the id: this index finds a line and an author's lines, and is the only one that lines do not just append to.
    uniqueIndex("chat_lines_once").on(table.authorId, table.channelId, table.id),
    // The position stands at the end of every index.
    index("chat_lines_by_channel").on(table.channelId),
    index("chat_lines_by_stream").on(table.streamId, table.streamOffsetMs),
  ],
);

export const chatModerators = sqliteTable(
  "chat_moderators",
  { channelId: channelId(), userId: userId(), since: integer("since").notNull() },
  (table) => [
    primaryKey({ columns: [table.channelId, table.userId] }),
    index("chat_moderators_by_user").on(table.userId),
  ],
);

/** Bans and timeouts; those that are over stay until the next one in the channel. */
export const chatBans = sqliteTable(
  "chat_bans",
  {
    channelId: channelId(),
    userId: userId(),
    /** null: for ever. */
    until: integer("until"),
    byId: text("by_id").references(() => users.id, { onDelete: "set null" }),
    reason: text("reason"),
    at: integer("at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.channelId, table.userId] }),
    index("chat_bans_by_age").on(table.channelId, table.at, table.userId),
    index("chat_bans_by_user").on(table.userId),
    index("chat_bans_by_moderator").on(table.byId),
  ],
);

/** What moderators did, and why. */
export const chatLog = sqliteTable(
  "chat_log",
  {
    id: integer("id").primaryKey({ autoIncrement: true }),
    channelId: channelId(),
    /** null: an account that is gone. */
    actorId: text("actor_id").references(() => users.id, { onDelete: "set null" }),
    /** The `action` of api/contract/chat-actions.ts. */
    action: text("action").notNull(),
    /** Whom it was done to. */
    subjectId: text("subject_id").references(() => users.id, { onDelete: "set null" }),
    lineId: text("line_id"),
    /** The value that was set, such as `30` or `on`. */
    detail: text("detail"),
    reason: text("reason"),
    at: integer("at").notNull(),
  },
  (table) => [
    index("chat_log_by_channel").on(table.channelId, table.id),
    index("chat_log_by_line").on(table.lineId),
    index("chat_log_by_subject").on(table.subjectId, table.channelId, table.at),
    index("chat_log_by_actor").on(table.actorId),
  ],
);

/** Resume tokens of a subject (`login:…`, `user:…`, `follow:…`, `call:…`) that come from tickets up to `at` are void. */
export const chatRevocations = sqliteTable(
  "chat_revocations",
  { subject: text("subject").primaryKey(), at: integer("at").notNull() },
  (table) => [index("chat_revocations_by_age").on(table.at)],
);

export const callModes = ["meeting", "stage"] as const;
export const callEntries = ["link", "knock", "signed-in"] as const;

/** Rooms of calls, those that have ended too: their makers can open them again for a while. */
export const callRooms = sqliteTable(
  "call_rooms",
  {
    /** Unguessable: whoever knows it has the invitation. */
    id: text("id").primaryKey(),
    name: text("name").notNull(),
    mode: text("mode", { enum: callModes }).notNull(),
    entry: text("entry", { enum: callEntries }).notNull(),
    /** argon2id, PHC string; null: none is asked for. */
    passcodeHash: text("passcode_hash"),
    /** Who made it: a user's id, or `guest:` and what their cookie says. */
    hostSubject: text("host_subject").notNull(),
    /** The same, when it is a user. */
    hostId: text("host_id").references(() => users.id, { onDelete: "cascade" }),
    createdAt: integer("created_at").notNull(),
    /** When somebody was there last, or the room was made or opened again. */
    activeAt: integer("active_at").notNull(),
    endedAt: integer("ended_at"),
    /** Counted up at each opening; nothing is saved under an older one. */
    epoch: integer("epoch").notNull().default(0),
    /** CallState of api/contract/calls.ts, JSON; null: nothing was saved. */
    state: text("state"),
  },
  (table) => [
    index("call_rooms_open_by_host")
      .on(table.hostSubject, table.createdAt)
      .where(sql`ended_at IS NULL`),
    index("call_rooms_ended_by_host")
      .on(table.hostSubject, table.endedAt)
      .where(sql`ended_at IS NOT NULL`),
    index("call_rooms_by_user").on(table.hostId),
    index("call_rooms_idle")
      .on(table.activeAt)
      .where(sql`ended_at IS NULL`),
    index("call_rooms_ended")
      .on(table.endedAt)
      .where(sql`ended_at IS NOT NULL`),
  ],
);

const callId = () =>
  text("call_id")
    .notNull()
    .references(() => callRooms.id, { onDelete: "cascade" });

/** The chat of a call that is going on. */
export const callLines = sqliteTable(
  "call_lines",
  {
    /** The order in which they were said. */
    position: integer("position").primaryKey({ autoIncrement: true }),
    callId: callId(),
    /** The author's peer id, a dot, and the nonce of the author's client. */
    id: text("id").notNull(),
    at: integer("at").notNull(),
    name: text("name").notNull(),
    color: integer("color").notNull(),
    isHost: integer("is_host", { mode: "boolean" }).notNull(),
    text: text("text").notNull(),
  },
  (table) => [
    uniqueIndex("call_lines_once").on(table.callId, table.id),
    // The position stands at the end of every index.
    index("call_lines_by_call").on(table.callId),
  ],
);

/** Who was in a call, each device by itself. */
export const callPeople = sqliteTable(
  "call_people",
  {
    id: integer("id").primaryKey({ autoIncrement: true }),
    callId: callId(),
    peer: text("peer").notNull(),
    name: text("name").notNull(),
    isGuest: integer("is_guest", { mode: "boolean" }).notNull(),
    firstSeenAt: integer("first_seen_at").notNull(),
    lastSeenAt: integer("last_seen_at").notNull(),
  },
  (table) => [
    uniqueIndex("call_people_once").on(table.callId, table.peer),
    index("call_people_by_age").on(table.lastSeenAt),
  ],
);

/** How one peer found its connection to another, as QualitySample of signaling/contract/call.ts says it. */
export const callSamples = sqliteTable(
  "call_samples",
  {
    id: integer("id").primaryKey({ autoIncrement: true }),
    callId: callId(),
    /** The end of the time that it is about. */
    at: integer("at").notNull(),
    /** Rows of `call_people`: who measured, and whose connection. No references, as each would need an index of its own. */
    fromId: integer("from_id").notNull(),
    toId: integer("to_id").notNull(),
    path: text("path", { enum: ["direct", "relay", "none"] }).notNull(),
    protocol: text("protocol", { enum: ["udp", "tcp", "tls"] }),
    /** ms */
    overMs: integer("over_ms").notNull(),
    sentBitsPerSecond: integer("sent_bits_per_second").notNull(),
    receivedBitsPerSecond: integer("received_bits_per_second").notNull(),
    /** 0 to 1. */
    lossIn: real("loss_in"),
    lossOut: real("loss_out"),
    jitterMs: real("jitter_ms"),
    roundTripMs: real("round_trip_ms"),
    freezes: integer("freezes").notNull(),
    freezeMs: integer("freeze_ms").notNull(),
    /** 0 to 1. */
    concealed: real("concealed"),
  },
  (table) => [
    // A report that comes twice counts once; and each call's samples stand in the order of their times.
    uniqueIndex("call_samples_once").on(table.callId, table.at, table.fromId, table.toId),
    index("call_samples_by_age").on(table.at),
  ],
);
