import type { Context } from "hono";
import { type CallRoom, findCallRoom } from "../../db/call-rooms.ts";
import type { Database } from "../../db/open.ts";
import type { AppEnv } from "../app-env.ts";
import { findGuest } from "../auth/guests.ts";
import { UserError } from "../user-error.ts";
import { readCallId } from "./call-id.ts";

/**
 * Everything by which this browser can have made rooms: the account, and the guest that it was before it signed in. A room
 * stays with whoever made it.
 */
export function hostSubjects(c: Context<AppEnv>): string[] {
  const user = c.get("user");
  const guest = findGuest(c);
  return [...(user === null ? [] : [user.id]), ...(guest === null ? [] : [guest])];
}

/** Whether this browser's account or guest made the room. */
export const isHostOf = (c: Context<AppEnv>, { hostSubject }: Pick<CallRoom, "hostSubject">): boolean =>
  hostSubjects(c).includes(hostSubject);

/** The room that an id in a path means, one that has ended too. Throws UserError (404). */
export async function findRoomOf(db: Database, typedId: string): Promise<CallRoom> {
  const id = readCallId(typedId);
  const room = id === null ? undefined : await findCallRoom(db, id);
  if (room === undefined) {
    throw new UserError(
      {
        en: "There is no such room. Look for a letter too many or too few, or ask for the link again.",
        id: "Ruang itu tidak ada. Periksa apakah ada huruf yang lebih atau kurang, atau minta lagi tautannya.",
      },
      { status: 404, title: { en: "No such room", id: "Ruang tidak ada" } },
    );
  }
  return room;
}

/** The room of a path that begins with `/rooms/:id`, for its host alone. Throws UserError (403, 404). */
export async function findOwnRoom(db: Database, c: Context<AppEnv, "/rooms/:id">): Promise<CallRoom> {
  const room = await findRoomOf(db, c.req.param("id"));
  if (!isHostOf(c, room)) {
    throw new UserError(
      {
        en: "Only whoever made this room can do that, in the browser or with the account that made it.",
        id: "Hanya pembuat ruang ini yang bisa melakukannya, di peramban atau dengan akun yang membuatnya.",
      },
      { status: 403, title: { en: "Not for you", id: "Bukan untuk Anda" } },
    );
  }
  return room;
}
