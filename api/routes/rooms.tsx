import { type Context, Hono } from "hono";
import { createCallRoom, findCallRoom, listCallRooms, reopenCallRoom } from "../../db/call-rooms.ts";
import { RoomsPage, type RoomsProps } from "../../web/views/rooms.tsx";
import type { AppDeps, AppEnv } from "../app-env.ts";
import { ensureGuest, findGuest } from "../auth/guests.ts";
import { newCallId, readCallId } from "../calls/call-id.ts";
import { callWarnings } from "../calls/call-warnings.ts";
import { findOwnRoom, findRoomOf, hostSubjects } from "../calls/own-rooms.ts";
import { takeRoom } from "../calls/room-quota.ts";
import { pageProps, renderPage } from "../page.tsx";
import { goTo, readForm, requireSite } from "../request.ts";
import { hasErrors, readRoomForm, roomFormFields } from "./room-form.ts";

const maxEndedShown = 50;
/** Of what was typed to join by. */
const maxTypedCharacters = 500;

const emptyForm: RoomsProps["form"] = { values: { name: "", mode: "meeting", entry: "link" }, errors: {} };

/** `/rooms`: making a room of calls, one's own, and the way into somebody else's. Nobody needs an account. */
export function roomsRoutes(deps: AppDeps) {
  const { db, clock, limits, passwords, assets, log, calls } = deps;

  const show = async (
    c: Context<AppEnv>,
    { form = emptyForm, join = { value: "" } }: Partial<Pick<RoomsProps, "form" | "join">> = {},
    status: 200 | 404 | 422 | 429 = 200,
  ): Promise<Response> => {
    const site = requireSite(c);
    const subjects = hostSubjects(c);
    const own = subjects.length === 0 ? [] : await listCallRooms(db, subjects, maxEndedShown);
    // What a guest has made is theirs for as long as the cookie lasts.
    if (own.length > 0 && findGuest(c) !== null) ensureGuest(c);
    const rooms = own.map(({ id, name, mode, entry, passcodeHash, createdAt, activeAt, endedAt }) => {
      const url = `${site.origin}/rooms/${id}`;
      return { id, name, mode, entry, hasPasscode: passcodeHash !== null, createdAt, activeAt, endedAt, url };
    });
    const page = (
      <RoomsPage
        page={{ ...pageProps(c, assets), path: "/rooms" }}
        rooms={rooms}
        warnings={callWarnings(calls, site)}
        form={form}
        join={join}
        limits={calls}
      />
    );
    return renderPage(c, page, status);
  };

  return (
    new Hono<AppEnv>()
      .get("/rooms", (c) => show(c))
      .post("/rooms", async (c) => {
        const form = readRoomForm(await readForm(c, ...roomFormFields));
        if (hasErrors(form)) return show(c, { form }, 422);
        if (!(await takeRoom(limits, c))) return show(c, { form: { ...form, errors: { form: "too-fast" } } }, 429);
        const user = c.get("user");
        const id = newCallId();
        const hostSubject = user?.id ?? ensureGuest(c);
        const passcodeHash = form.passcode === null ? null : await passwords.hash(form.passcode);
        const room = { id, ...form.values, passcodeHash, hostSubject, hostId: user?.id ?? null };
        if (!(await createCallRoom(db, room, clock()))) {
          return show(c, { form: { ...form, errors: { form: "too-many-rooms" } } }, 422);
        }
        log.info({ callId: id, by: hostSubject }, "room made");
        return goTo(c, `/rooms/${id}`);
      })
      .get("/rooms/join", async (c) => {
        const typed = (c.req.query("room") ?? "").slice(0, maxTypedCharacters);
        const id = readCallId(typed);
        if (id !== null && (await findCallRoom(db, id)) !== undefined) return goTo(c, `/rooms/${id}`);
        return show(c, { join: { value: typed, error: "room-unknown" } }, 404);
      })
      // Where the answer to a form stands without JavaScript: who reloads it there finds the page.
      .get("/rooms/:id/open-again", async (c) => goTo(c, `/rooms/${(await findRoomOf(db, c.req.param("id"))).id}`))
      .post("/rooms/:id/open-again", async (c) => {
        const { id, endedAt } = await findOwnRoom(db, c);
        if (endedAt === null) return goTo(c, `/rooms/${id}`);
        if (!(await takeRoom(limits, c))) return show(c, { form: { ...emptyForm, errors: { form: "too-fast" } } }, 429);
        if (!(await reopenCallRoom(db, id, clock()))) {
          return show(c, { form: { ...emptyForm, errors: { form: "too-many-rooms" } } }, 422);
        }
        log.info({ callId: id }, "room opened again");
        return goTo(c, `/rooms/${id}`);
      })
  );
}
