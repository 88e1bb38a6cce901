import { type ChannelIdentity, type ChannelProfile, findChannelByName, findChannelProfile } from "../../db/channels.ts";
import type { Database } from "../../db/open.ts";
import { canonicalUsername } from "../auth/names.ts";
import { notFound, UserError } from "../user-error.ts";

/** The part of a path that names a channel, for Hono: `/@name`, whatever its case. */
export const channelHandle = ":handle{@[A-Za-z0-9_]+}" as const;

/** `name` is also the username of the streamer. */
export type NamedChannel = Pick<ChannelIdentity, "id" | "name" | "title" | "displayName">;

const notAvailable = (): UserError =>
  new UserError(
    { en: "This channel is not available at the moment.", id: "Kanal ini sedang tidak tersedia." },
    { status: 404, title: { en: "Not available", id: "Tidak tersedia" } },
  );

/** Throws UserError (404) for a channel that is not there, or whose owner is suspended. */
function mustBeSeen<Found extends ChannelIdentity>(channel: Found | undefined): Found {
  if (channel === undefined) throw notFound();
  if (channel.isSuspended) throw notAvailable();
  return channel;
}

/** The channel of a path that begins with `/@name`. Throws UserError (404), also while its owner is suspended. */
export async function findNamedChannel(db: Database, handle: string): Promise<NamedChannel> {
  const name = canonicalUsername(handle.slice(1));
  return mustBeSeen(name === null ? undefined : await findChannelByName(db, name));
}

/** Everything that people see of a channel. Throws UserError (404), also while its owner is suspended. */
export async function findNamedProfile(db: Database, typedName: string): Promise<ChannelProfile> {
  const name = canonicalUsername(typedName);
  return mustBeSeen(name === null ? undefined : await findChannelProfile(db, { name }));
}
