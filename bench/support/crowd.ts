import { createClient, type InStatement } from "@libsql/client";

/** A database of a site that has people in it, written directly: registering each would take an hour. */

export interface Crowd {
  /** Ids of the channels that have a running stream, and of these streams. */
  live: { channelId: string; streamId: string }[];
}

const rowsPerStatement = 400;
const followCount = 100_000;
const tags = ["wayang", "gamelan", "retro", "indie", "ngobrol", "santai", "speedrun", "kopi", "belajar", "anime"];
const words =
  "malam panggung kita main bareng cerita musik pagi latihan final turnamen keliling kota sambil ngopi".split(" ");

/** Always the same numbers. */
function* numbers(): Generator<number, never> {
  for (let state = 42; ;) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    yield state / 2 ** 32;
  }
}

const idOf = (kind: number, index: number): string => (kind * 2 ** 40 + index).toString(16).padStart(32, "0");

/**
 * Adds `people` with a channel each, `liveChannels` of them live, and 100 000 follows between them; the account that is there
 * already follows a hundred.
 */
export async function fillDatabase(
  url: string,
  { people, liveChannels, now }: { people: number; liveChannels: number; now: number },
): Promise<Crowd> {
  const db = createClient({ url });
  const random = numbers();
  const below = (count: number): number => Math.floor(random.next().value * count);
  const insert = async (table: string, rows: (string | number | null)[][]): Promise<void> => {
    const statements: InStatement[] = [];
    for (let i = 0; i < rows.length; i += rowsPerStatement) {
      const some = rows.slice(i, i + rowsPerStatement);
      const places = `(${some[0]?.map(() => "?").join(",")})`;
      const sql = `INSERT INTO ${table} VALUES ${some.map(() => places).join(",")}`;
      statements.push({ sql, args: some.flat() });
    }
    await db.batch(statements, "write");
  };
  const categories = (await db.execute("SELECT id FROM categories")).rows.map(({ id }) => id as string);
  const indexes = Array.from({ length: people }, (_, i) => i);
  const title = (): string => Array.from({ length: 3 + below(5) }, () => words[below(words.length)]).join(" ");

  await insert(
    "users (id, username, password_hash, role, created_at, display_name)",
    indexes.map((i) => [idOf(1, i), `person${i}`, "none", "streamer", now - i * 60_000, `Person ${i}`]),
  );
  await insert(
    "channels (id, user_id, name, title, key_hash, key_cipher, category_id, tags, language, about, links, last_live_at)",
    indexes.map((i) => {
      const category = categories[below(categories.length)] ?? null;
      const ownTags = JSON.stringify([tags[below(tags.length)], `tag${below(50)}`]);
      const about =
        "**Welcome.** Each evening at eight, with [a programme](https://example.org/) and friends.\n\n- one\n- two";
      const links = JSON.stringify([{ title: "Elsewhere", url: "https://example.org/" }]);
      const lastLiveAt = i < liveChannels || i % 3 === 0 ? now - i * 3_600_000 : null;
      const key = [`hash${i}`, "none"];
      return [idOf(2, i), idOf(1, i), `person${i}`, title(), ...key, category, ownTags, "id", about, links, lastLiveAt];
    }),
  );
  const live = indexes.slice(0, liveChannels).map((i) => ({ channelId: idOf(2, i), streamId: idOf(3, i) }));
  await insert(
    "streams (id, channel_id, state, started_at, incarnation, lease_renewed_at, title)",
    live.map(({ channelId, streamId }, i) => [streamId, channelId, "live", now - i * 600_000, 1, now, title()]),
  );
  const follows = new Set<string>();
  while (follows.size < followCount) follows.add(`${below(people)} ${Math.floor(random.next().value ** 3 * people)}`);
  await insert(
    "follows (user_id, channel_id, followed_at)",
    Array.from(follows, (pair) => {
      const [follower = 0, followed = 0] = pair.split(" ").map(Number);
      return [idOf(1, follower), idOf(2, followed), now];
    }),
  );
  await db.execute({
    sql: `INSERT INTO follows SELECT (SELECT id FROM users WHERE role = 'administrator'), id, ? FROM channels
      WHERE name LIKE 'person%' ORDER BY id LIMIT 100`,
    args: [now],
  });
  db.close();
  return { live };
}
