import { findChannelByName } from "../../db/channels.ts";
import type { Database } from "../../db/open.ts";
import { canonicalUsername } from "../auth/names.ts";
import { notFound } from "../user-error.ts";

/** The part of a path that names a channel, for Hono: `/@name`, whatever its case. */
export const channelHandle = ":handle{@[A-Za-z0-9_]+}" as const;

export interface NamedChannel {
  id: string;
  /** Also the username of the streamer. */
  name: string;
  title: string;
}

/** The channel of a path that begins with `/@name`. Throws UserError (404). */
export async function findNamedChannel(db: Database, handle: string): Promise<NamedChannel> {
  const name = canonicalUsername(handle.slice(1));
  const channel = name === null ? undefined : await findChannelByName(db, name);
  if (channel === undefined) throw notFound();
  return channel;
}
