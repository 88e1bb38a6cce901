CREATE TABLE `chat_bans` (
	`channel_id` text NOT NULL,
	`user_id` text NOT NULL,
	`until` integer,
	`by_id` text,
	`reason` text,
	`at` integer NOT NULL,
	PRIMARY KEY(`channel_id`, `user_id`),
	FOREIGN KEY (`channel_id`) REFERENCES `channels`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`by_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE set null
);
--> statement-breakpoint
CREATE INDEX `chat_bans_by_age` ON `chat_bans` (`channel_id`,`at`,`user_id`);--> statement-breakpoint
CREATE INDEX `chat_bans_by_user` ON `chat_bans` (`user_id`);--> statement-breakpoint
CREATE INDEX `chat_bans_by_moderator` ON `chat_bans` (`by_id`);--> statement-breakpoint
CREATE TABLE `chat_lines` (
	`position` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`id` text NOT NULL,
	`channel_id` text NOT NULL,
	`author_id` text NOT NULL,
	`epoch` integer NOT NULL,
	`at` integer NOT NULL,
	`text` text NOT NULL,
	`action` integer NOT NULL,
	`first` integer NOT NULL,
	`reply_to` text,
	`stream_id` text,
	`stream_offset_ms` integer,
	`removed_at` integer,
	FOREIGN KEY (`channel_id`) REFERENCES `channels`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`author_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`stream_id`) REFERENCES `streams`(`id`) ON UPDATE no action ON DELETE set null
);
--> statement-breakpoint
CREATE UNIQUE INDEX `chat_lines_once` ON `chat_lines` (`author_id`,`channel_id`,`id`);--> statement-breakpoint
CREATE INDEX `chat_lines_by_channel` ON `chat_lines` (`channel_id`);--> statement-breakpoint
CREATE INDEX `chat_lines_by_stream` ON `chat_lines` (`stream_id`,`stream_offset_ms`);--> statement-breakpoint
CREATE TABLE `chat_log` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`channel_id` text NOT NULL,
	`actor_id` text,
	`action` text NOT NULL,
	`subject_id` text,
	`line_id` text,
	`detail` text,
	`reason` text,
	`at` integer NOT NULL,
	FOREIGN KEY (`channel_id`) REFERENCES `channels`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`actor_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE set null,
	FOREIGN KEY (`subject_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE set null
);
--> statement-breakpoint
CREATE INDEX `chat_log_by_channel` ON `chat_log` (`channel_id`,`id`);--> statement-breakpoint
CREATE INDEX `chat_log_by_line` ON `chat_log` (`line_id`);--> statement-breakpoint
CREATE INDEX `chat_log_by_subject` ON `chat_log` (`subject_id`,`channel_id`,`at`);--> statement-breakpoint
CREATE INDEX `chat_log_by_actor` ON `chat_log` (`actor_id`);--> statement-breakpoint
CREATE TABLE `chat_moderators` (
	`channel_id` text NOT NULL,
	`user_id` text NOT NULL,
	`since` integer NOT NULL,
	PRIMARY KEY(`channel_id`, `user_id`),
	FOREIGN KEY (`channel_id`) REFERENCES `channels`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `chat_moderators_by_user` ON `chat_moderators` (`user_id`);--> statement-breakpoint
CREATE TABLE `chat_revocations` (
	`subject` text PRIMARY KEY NOT NULL,
	`at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `chat_revocations_by_age` ON `chat_revocations` (`at`);--> statement-breakpoint
CREATE TABLE `chat_rooms` (
	`channel_id` text PRIMARY KEY NOT NULL,
	`epoch` integer DEFAULT 0 NOT NULL,
	`slow_seconds` integer DEFAULT 0 NOT NULL,
	`followers_minutes` integer,
	`signed_in_only` integer DEFAULT false NOT NULL,
	`emoji_only` integer DEFAULT false NOT NULL,
	`no_duplicates` integer DEFAULT true NOT NULL,
	`no_links` integer DEFAULT false NOT NULL,
	`blocked_words` text DEFAULT '[]' NOT NULL,
	`pinned_line_id` text,
	FOREIGN KEY (`channel_id`) REFERENCES `channels`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE TABLE `follows` (
	`user_id` text NOT NULL,
	`channel_id` text NOT NULL,
	`followed_at` integer NOT NULL,
	PRIMARY KEY(`user_id`, `channel_id`),
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`channel_id`) REFERENCES `channels`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `follows_by_channel` ON `follows` (`channel_id`,`followed_at`);--> statement-breakpoint
ALTER TABLE `outbox` ADD `audience` text DEFAULT 'ingest' NOT NULL;--> statement-breakpoint
CREATE INDEX `outbox_by_audience` ON `outbox` (`audience`);