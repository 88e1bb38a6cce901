CREATE TABLE `call_lines` (
	`position` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`call_id` text NOT NULL,
	`id` text NOT NULL,
	`at` integer NOT NULL,
	`name` text NOT NULL,
	`color` integer NOT NULL,
	`is_host` integer NOT NULL,
	`text` text NOT NULL,
	FOREIGN KEY (`call_id`) REFERENCES `call_rooms`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `call_lines_once` ON `call_lines` (`call_id`,`id`);--> statement-breakpoint
CREATE INDEX `call_lines_by_call` ON `call_lines` (`call_id`);--> statement-breakpoint
CREATE TABLE `call_people` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`call_id` text NOT NULL,
	`peer` text NOT NULL,
	`name` text NOT NULL,
	`is_guest` integer NOT NULL,
	`first_seen_at` integer NOT NULL,
	`last_seen_at` integer NOT NULL,
	FOREIGN KEY (`call_id`) REFERENCES `call_rooms`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `call_people_once` ON `call_people` (`call_id`,`peer`);--> statement-breakpoint
CREATE INDEX `call_people_by_age` ON `call_people` (`last_seen_at`);--> statement-breakpoint
CREATE TABLE `call_rooms` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`mode` text NOT NULL,
	`entry` text NOT NULL,
	`passcode_hash` text,
	`host_subject` text NOT NULL,
	`host_id` text,
	`created_at` integer NOT NULL,
	`active_at` integer NOT NULL,
	`ended_at` integer,
	`epoch` integer DEFAULT 0 NOT NULL,
	`state` text,
	FOREIGN KEY (`host_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `call_rooms_open_by_host` ON `call_rooms` (`host_subject`,`created_at`) WHERE ended_at IS NULL;--> statement-breakpoint
CREATE INDEX `call_rooms_ended_by_host` ON `call_rooms` (`host_subject`,`ended_at`) WHERE ended_at IS NOT NULL;--> statement-breakpoint
CREATE INDEX `call_rooms_by_user` ON `call_rooms` (`host_id`);--> statement-breakpoint
CREATE INDEX `call_rooms_idle` ON `call_rooms` (`active_at`) WHERE ended_at IS NULL;--> statement-breakpoint
CREATE INDEX `call_rooms_ended` ON `call_rooms` (`ended_at`) WHERE ended_at IS NOT NULL;--> statement-breakpoint
CREATE TABLE `call_samples` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`call_id` text NOT NULL,
	`at` integer NOT NULL,
	`from_id` integer NOT NULL,
	`to_id` integer NOT NULL,
	`path` text NOT NULL,
	`protocol` text,
	`over_ms` integer NOT NULL,
	`sent_bits_per_second` integer NOT NULL,
	`received_bits_per_second` integer NOT NULL,
	`loss_in` real,
	`loss_out` real,
	`jitter_ms` real,
	`round_trip_ms` real,
	`freezes` integer NOT NULL,
	`freeze_ms` integer NOT NULL,
	`concealed` real,
	FOREIGN KEY (`call_id`) REFERENCES `call_rooms`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `call_samples_once` ON `call_samples` (`call_id`,`at`,`from_id`,`to_id`);--> statement-breakpoint
CREATE INDEX `call_samples_by_age` ON `call_samples` (`at`);