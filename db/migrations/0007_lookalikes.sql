ALTER TABLE `users` ADD `display_lookalike` text;--> statement-breakpoint
CREATE INDEX `users_by_lookalike` ON `users` (`display_lookalike`) WHERE display_lookalike IS NOT NULL;--> statement-breakpoint
UPDATE `users` SET `display_lookalike` = replace(lower(`display_name`), ' ', '') WHERE `display_name` IS NOT NULL;
