CREATE TABLE `search_documents` (
	`id` integer PRIMARY KEY NOT NULL,
	`channel_id` text NOT NULL,
	FOREIGN KEY (`channel_id`) REFERENCES `channels`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `search_documents_channel_id_unique` ON `search_documents` (`channel_id`);--> statement-breakpoint
DROP INDEX `channels_by_category`;--> statement-breakpoint
DROP INDEX `channels_last_live`;--> statement-breakpoint
CREATE INDEX `channels_by_category` ON `channels` (`category_id`,`last_live_at`,`id`);--> statement-breakpoint
CREATE INDEX `channels_last_live` ON `channels` (`last_live_at`,`id`) WHERE last_live_at IS NOT NULL;--> statement-breakpoint
CREATE VIRTUAL TABLE `channel_search` USING fts5(
	`name`, `display_name`, `title`, `category`, `tags`,
	content = '', contentless_delete = 1, tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3'
);
--> statement-breakpoint
CREATE VIEW `search_source` AS
SELECT search_documents.id AS id, channels.id AS channel_id, channels.user_id AS user_id, channels.category_id AS category_id,
	channels.name AS name, coalesce(users.display_name, '') AS display_name, channels.title AS title,
	coalesce(categories.name || ' ' || categories.name_id, '') AS category, channels.tags AS tags
FROM channels
JOIN search_documents ON search_documents.channel_id = channels.id
JOIN users ON users.id = channels.user_id
LEFT JOIN categories ON categories.id = channels.category_id;
--> statement-breakpoint
CREATE TRIGGER `search_channel_added` AFTER INSERT ON `channels` BEGIN
	INSERT INTO search_documents (channel_id) VALUES (NEW.id);
	INSERT INTO channel_search (rowid, name, display_name, title, category, tags)
	SELECT id, name, display_name, title, category, tags FROM search_source WHERE channel_id = NEW.id;
END;
--> statement-breakpoint
CREATE TRIGGER `search_channel_changed` AFTER UPDATE OF name, title, category_id, tags ON `channels`
WHEN OLD.name <> NEW.name OR OLD.title <> NEW.title OR OLD.category_id IS NOT NEW.category_id OR OLD.tags <> NEW.tags BEGIN
	DELETE FROM channel_search WHERE rowid = (SELECT id FROM search_documents WHERE channel_id = NEW.id);
	INSERT INTO channel_search (rowid, name, display_name, title, category, tags)
	SELECT id, name, display_name, title, category, tags FROM search_source WHERE channel_id = NEW.id;
END;
--> statement-breakpoint
CREATE TRIGGER `search_person_changed` AFTER UPDATE OF display_name ON `users`
WHEN OLD.display_name IS NOT NEW.display_name BEGIN
	DELETE FROM channel_search WHERE rowid IN (SELECT id FROM search_source WHERE user_id = NEW.id);
	INSERT INTO channel_search (rowid, name, display_name, title, category, tags)
	SELECT id, name, display_name, title, category, tags FROM search_source WHERE user_id = NEW.id;
END;
--> statement-breakpoint
CREATE TRIGGER `search_category_changed` AFTER UPDATE OF name, name_id ON `categories` BEGIN
	DELETE FROM channel_search WHERE rowid IN (SELECT id FROM search_source WHERE category_id = NEW.id);
	INSERT INTO channel_search (rowid, name, display_name, title, category, tags)
	SELECT id, name, display_name, title, category, tags FROM search_source WHERE category_id = NEW.id;
END;
--> statement-breakpoint
CREATE TRIGGER `search_document_removed` AFTER DELETE ON `search_documents` BEGIN
	DELETE FROM channel_search WHERE rowid = OLD.id;
END;
--> statement-breakpoint
INSERT INTO search_documents (channel_id) SELECT id FROM channels;
--> statement-breakpoint
INSERT INTO channel_search (rowid, name, display_name, title, category, tags)
SELECT id, name, display_name, title, category, tags FROM search_source;
