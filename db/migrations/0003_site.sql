CREATE TABLE `audit_log` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`at` integer NOT NULL,
	`actor_id` text,
	`actor_name` text NOT NULL,
	`action` text NOT NULL,
	`subject_id` text,
	`subject_name` text,
	`detail` text,
	FOREIGN KEY (`actor_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE set null,
	FOREIGN KEY (`subject_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE set null
);
--> statement-breakpoint
CREATE INDEX `audit_log_by_actor` ON `audit_log` (`actor_id`);--> statement-breakpoint
CREATE INDEX `audit_log_by_subject` ON `audit_log` (`subject_id`);--> statement-breakpoint
CREATE INDEX `audit_log_by_age` ON `audit_log` (`at`);--> statement-breakpoint
CREATE TABLE `categories` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`name_id` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `images` (
	`hash` text PRIMARY KEY NOT NULL,
	`body` blob NOT NULL,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `images_by_age` ON `images` (`created_at`);--> statement-breakpoint
CREATE TABLE `invitations` (
	`code_hash` text PRIMARY KEY NOT NULL,
	`note` text DEFAULT '' NOT NULL,
	`created_by_id` text,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`used_by_id` text,
	`used_at` integer,
	FOREIGN KEY (`created_by_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE set null,
	FOREIGN KEY (`used_by_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE set null
);
--> statement-breakpoint
CREATE INDEX `invitations_by_age` ON `invitations` (`created_at`);--> statement-breakpoint
CREATE INDEX `invitations_by_maker` ON `invitations` (`created_by_id`);--> statement-breakpoint
CREATE INDEX `invitations_by_user` ON `invitations` (`used_by_id`);--> statement-breakpoint
CREATE TABLE `recovery_codes` (
	`code_hash` text PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
	`used_at` integer,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `recovery_codes_by_user` ON `recovery_codes` (`user_id`);--> statement-breakpoint
CREATE TABLE `reports` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`at` integer NOT NULL,
	`channel_id` text NOT NULL,
	`reporter_id` text,
	`why` text NOT NULL,
	`details` text NOT NULL,
	`stream_id` text,
	`closed_at` integer,
	`closed_by_id` text,
	`outcome` text,
	FOREIGN KEY (`channel_id`) REFERENCES `channels`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`reporter_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE set null,
	FOREIGN KEY (`stream_id`) REFERENCES `streams`(`id`) ON UPDATE no action ON DELETE set null,
	FOREIGN KEY (`closed_by_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE set null
);
--> statement-breakpoint
CREATE INDEX `reports_open` ON `reports` (`at`) WHERE closed_at IS NULL;--> statement-breakpoint
CREATE INDEX `reports_by_channel` ON `reports` (`channel_id`,`at`);--> statement-breakpoint
CREATE INDEX `reports_by_reporter` ON `reports` (`reporter_id`,`at`);--> statement-breakpoint
CREATE INDEX `reports_by_stream` ON `reports` (`stream_id`);--> statement-breakpoint
CREATE INDEX `reports_by_closer` ON `reports` (`closed_by_id`);--> statement-breakpoint
CREATE TABLE `sign_in_steps` (
	`id` text PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
	`expires_at` integer NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `sign_in_steps_by_user` ON `sign_in_steps` (`user_id`);--> statement-breakpoint
CREATE INDEX `sign_in_steps_by_expiry` ON `sign_in_steps` (`expires_at`);--> statement-breakpoint
CREATE TABLE `site_settings` (
	`id` integer PRIMARY KEY NOT NULL,
	`registration` text DEFAULT 'open' NOT NULL,
	`administrators_need_totp` integer DEFAULT false NOT NULL
);
--> statement-breakpoint
CREATE TABLE `viewer_samples` (
	`stream_id` text NOT NULL,
	`at` integer NOT NULL,
	`viewers` integer NOT NULL,
	PRIMARY KEY(`stream_id`, `at`),
	FOREIGN KEY (`stream_id`) REFERENCES `streams`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `viewer_samples_by_age` ON `viewer_samples` (`at`);--> statement-breakpoint
ALTER TABLE `channels` ADD `category_id` text REFERENCES categories(id) ON DELETE SET NULL;--> statement-breakpoint
ALTER TABLE `channels` ADD `tags` text DEFAULT '[]' NOT NULL;--> statement-breakpoint
ALTER TABLE `channels` ADD `language` text;--> statement-breakpoint
ALTER TABLE `channels` ADD `is_mature` integer DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE `channels` ADD `about` text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE `channels` ADD `links` text DEFAULT '[]' NOT NULL;--> statement-breakpoint
ALTER TABLE `channels` ADD `banner_hash` text REFERENCES images(hash);--> statement-breakpoint
ALTER TABLE `channels` ADD `last_live_at` integer;--> statement-breakpoint
CREATE INDEX `channels_by_category` ON `channels` (`category_id`);--> statement-breakpoint
CREATE INDEX `channels_by_banner` ON `channels` (`banner_hash`);--> statement-breakpoint
CREATE INDEX `channels_last_live` ON `channels` (`last_live_at`) WHERE last_live_at IS NOT NULL;--> statement-breakpoint
ALTER TABLE `sessions` ADD `created_at` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `sessions` ADD `seen_at` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `sessions` ADD `user_agent` text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE `streams` ADD `title` text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE `streams` ADD `peak_viewers` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `users` ADD `display_name` text;--> statement-breakpoint
ALTER TABLE `users` ADD `color` integer;--> statement-breakpoint
ALTER TABLE `users` ADD `avatar_hash` text REFERENCES images(hash);--> statement-breakpoint
ALTER TABLE `users` ADD `suspended_at` integer;--> statement-breakpoint
ALTER TABLE `users` ADD `suspended_reason` text;--> statement-breakpoint
ALTER TABLE `users` ADD `streaming_asked_at` integer;--> statement-breakpoint
ALTER TABLE `users` ADD `streaming_asked_why` text;--> statement-breakpoint
ALTER TABLE `users` ADD `totp_cipher` text;--> statement-breakpoint
ALTER TABLE `users` ADD `totp_step` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
CREATE INDEX `users_who_ask` ON `users` (`streaming_asked_at`) WHERE streaming_asked_at IS NOT NULL;--> statement-breakpoint
CREATE INDEX `users_suspended` ON `users` (`suspended_at`) WHERE suspended_at IS NOT NULL;--> statement-breakpoint
CREATE INDEX `users_by_avatar` ON `users` (`avatar_hash`);--> statement-breakpoint
INSERT INTO `site_settings` (`id`) VALUES (1);--> statement-breakpoint
INSERT INTO `categories` (`id`, `name`, `name_id`) VALUES
	('talk', 'Just talking', 'Mengobrol'),
	('music', 'Music', 'Musik'),
	('games', 'Games', 'Permainan'),
	('esports', 'Esports', 'Esports'),
	('art', 'Art and crafts', 'Seni dan kerajinan'),
	('cooking', 'Cooking', 'Memasak'),
	('sports', 'Sports and fitness', 'Olahraga dan kebugaran'),
	('travel', 'Travel and outdoors', 'Perjalanan dan alam'),
	('learning', 'Learning', 'Belajar'),
	('technology', 'Science and technology', 'Sains dan teknologi'),
	('software', 'Software development', 'Pengembangan perangkat lunak'),
	('events', 'Events and talks', 'Acara dan ceramah'),
	('faith', 'Faith', 'Keagamaan'),
	('news', 'News and politics', 'Berita dan politik'),
	('animals', 'Animals', 'Hewan');--> statement-breakpoint
UPDATE `channels` SET `last_live_at` = (SELECT max(`started_at`) FROM `streams` WHERE `channel_id` = `channels`.`id`);--> statement-breakpoint
UPDATE `streams` SET `title` = (SELECT `title` FROM `channels` WHERE `id` = `streams`.`channel_id`);
