import type { Database } from "./open.ts";
import { randomId } from "./random-id.ts";
import { callRooms, channels, type Role, users } from "./schema.ts";

/** For tests: an account with its channel, written directly. The key's hash is `hash-of-` and the name. */
export async function insertAccount(
  db: Database,
  username: string,
  role: Role = "streamer",
): Promise<{ userId: string; channelId: string; keyHash: string }> {
  const userId = randomId();
  const channelId = randomId();
  const keyHash = `hash-of-${username}`;
  await db.batch([
    db.insert(users).values({ id: userId, username, passwordHash: "none", role, createdAt: 0 }),
    db.insert(channels).values({ id: channelId, userId, name: username, title: username, keyHash, keyCipher: "none" }),
  ]);
  return { userId, channelId, keyHash };
}

const callId = "abcd-efgh-jkmn-pqrs";

/** For tests: a room of calls, written directly, of a guest unless it says otherwise. */
export async function insertCallRoom(
  db: Database,
  { id = callId, ...more }: Partial<typeof callRooms.$inferInsert> = {},
): Promise<string> {
  await db.insert(callRooms).values({
    id,
    name: "Kelas",
    mode: "meeting",
    entry: "link",
    hostSubject: "guest:somebody",
    createdAt: 0,
    activeAt: 0,
    ...more,
  });
  return id;
}
