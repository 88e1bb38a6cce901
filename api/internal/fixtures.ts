import pino from "pino";
import { insertAccount } from "../../db/fixtures.ts";
import { channels, type Role } from "../../db/schema.ts";
import { temporaryDatabase } from "../../db/temp-db.ts";
import { eq } from "drizzle-orm";
import { requestLogFields } from "../../request-id.ts";
import { StreamKeys } from "../auth/stream-keys.ts";
import { Tickets } from "../auth/tickets.ts";
import { Changes } from "../changes.ts";
import { internalClient } from "../contract/internal-client.ts";
import { Viewers } from "../viewers.ts";
import { createInternalApp } from "./app.ts";
import { Leases } from "./leases.ts";

export const testToken = "a token for tests, thirty-two characters";
export const testSignalingToken = "signaling's token for tests, long enough";

/** For tests: the internal app on a real database, its typed client, and a clock that stands still. */
export async function internalFixture({ everyoneMayStream = false } = {}) {
  const { db, url, close, remove } = await temporaryDatabase();
  const time = { now: 1_800_000_000_000 };
  const clock = () => time.now;
  const changes = new Changes();
  const viewers = new Viewers(changes, clock);
  const leases = new Leases(db, clock, changes);
  const keys = new StreamKeys("a secret for tests, of thirty-two characters");
  const tickets = new Tickets("a secret for tests, of thirty-two characters");
  const closing = new AbortController();
  const logged: string[] = [];
  const app = createInternalApp({
    db,
    clock,
    changes,
    viewers,
    leases,
    keys,
    log: pino({ level: "debug", mixin: requestLogFields }, { write: (line: string) => void logged.push(line) }),
    tokens: { ingest: testToken, signaling: testSignalingToken },
    tickets,
    everyoneMayStream,
    closing: closing.signal,
  });
  const fetchApp = async (input: string | URL | Request, init?: RequestInit) =>
    app.fetch(input instanceof Request ? input : new Request(String(input), init));
  const client = internalClient("http://api.test", testToken, { fetch: fetchApp });
  const { chat, calls } = internalClient("http://api.test", testSignalingToken, { fetch: fetchApp });
  const health = { state: "live", hlsUrl: null, encoder: null, remoteAddress: null, video: null, audio: null } as const;
  return {
    db,
    url,
    /** Lines of the log, JSON. */
    logged,
    closeDatabase: close,
    time,
    changes,
    viewers,
    leases,
    app,
    client,
    /** As signaling asks. */
    chat,
    calls,
    tickets,
    health,
    /** An account with a working stream key. */
    async account(username: string, role: Role = "streamer") {
      const account = await insertAccount(db, username, role);
      const { key, stored } = keys.create(account.channelId);
      await db
        .update(channels)
        .set({ keyHash: stored.hash, keyCipher: stored.cipher })
        .where(eq(channels.id, account.channelId));
      return { ...account, key };
    },
    async publish(key: string) {
      const response = await client.publish.$post({ json: { key, remoteAddress: "192.0.2.1", hlsUrl: null } });
      return response.json();
    },
    /** Publishes and expects to be let in. */
    async publishing(key: string) {
      const answer = await this.publish(key);
      if (!answer.allowed) throw new Error(`Expected to publish: ${answer.message}`);
      return answer;
    },
    /** Lets time pass, with a sweep each second and, when `streamId` is given, a health report every three. */
    async pass(seconds: number, streamId?: string): Promise<void> {
      for (let second = 0; second < seconds; second += 1) {
        time.now += 1000;
        if (streamId !== undefined && second % 3 === 0) {
          await client.streams[":id"].health.$post({ param: { id: streamId }, json: health });
        }
        await leases.sweep();
      }
    },
    remove(): void {
      closing.abort();
      remove();
    },
  };
}
