import type { Database } from "./open.ts";
import { randomId } from "./random-id.ts";
import { channels, type Role, users } from "./schema.ts";

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
