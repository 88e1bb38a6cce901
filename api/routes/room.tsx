import { Hono } from "hono";
import { changeCallRoom, endCallRoom } from "../../db/call-rooms.ts";
import { RoomEndedPage, RoomPage, RoomSettingsPage } from "../../web/views/room.tsx";
import { lacksSecondFactor } from "../../db/site-settings.ts";
import type { AppDeps, AppEnv } from "../app-env.ts";
import { callWarnings } from "../calls/call-warnings.ts";
import { findOwnRoom, findRoomOf, isHostOf } from "../calls/own-rooms.ts";
import { takeRoom } from "../calls/room-quota.ts";
import { pageProps, renderPage } from "../page.tsx";
import { goTo, hasConfirmedPassword, localPath, readForm, requireSite } from "../request.ts";
import { UserError } from "../user-error.ts";
import { hasErrors, readRoomForm, type RoomForm, roomFormFields } from "./room-form.ts";

/** `/rooms/:id`: a room's page, and what its host can do to it outside of the call. */
export function roomRoutes(deps: AppDeps) {
  const { db, clock, changes, limits, passwords, assets, log, calls } = deps;

  return new Hono<AppEnv>()
    .get("/rooms/:id", async (c) => {
      const room = await findRoomOf(db, c.req.param("id"));
      const { id, name, mode, entry, passcodeHash, hostName, endedAt } = room;
      if (c.req.param("id") !== id) return goTo(c, `/rooms/${id}`);
      const isHost = isHostOf(c, room);
      if (endedAt !== null) {
        return renderPage(c, <RoomEndedPage page={pageProps(c, assets)} room={{ id, name }} isHost={isHost} />, 410);
      }
      const site = requireSite(c);
      const user = c.get("user");
      const needsSignIn = entry === "signed-in" && user === null && !isHost;
      c.set("mayCapture", !needsSignIn);
      const url = `${site.origin}/rooms/${id}`;
      return renderPage(
        c,
        <RoomPage
          page={pageProps(c, assets)}
          room={{ id, name, mode, entry, hasPasscode: passcodeHash !== null, url, hostName }}
          you={{ name: user?.username ?? null, isHost }}
          needsSignIn={needsSignIn}
          warnings={callWarnings(calls, site)}
          capacity={mode === "stage" ? calls.stageCapacity : calls.capacity}
        />,
      );
    })
    .get("/rooms/:id/settings", async (c) => {
      const { id, name, mode, entry, passcodeHash, endedAt } = await findOwnRoom(db, c);
      if (endedAt !== null || c.req.param("id") !== id) {
        return goTo(c, endedAt === null ? `/rooms/${id}/settings` : `/rooms/${id}`);
      }
      return renderPage(
        c,
        <RoomSettingsPage
          page={pageProps(c, assets)}
          room={{ id }}
          values={{ name, mode, entry }}
          hasPasscode={passcodeHash !== null}
          errors={{}}
          saved={c.req.query("saved") !== undefined}
        />,
      );
    })
    .post("/rooms/:id/settings", async (c) => {
      const { id, mode, passcodeHash: before } = await findOwnRoom(db, c);
      const { removePasscode, ...fields } = await readForm(c, ...roomFormFields, "removePasscode");
      const form = readRoomForm({ ...fields, mode });
      const refuse = (errors: RoomForm["errors"], status: 422 | 429) => {
        const hasPasscode = before !== null;
        const props = { room: { id }, values: form.values, hasPasscode, errors, saved: false };
        return renderPage(c, <RoomSettingsPage page={pageProps(c, assets)} {...props} />, status);
      };
      if (hasErrors(form)) return refuse(form.errors, 422);
      let passcodeHash: string | null | undefined = removePasscode === "" ? undefined : null;
      if (form.passcode !== null) {
        if (!(await takeRoom(limits, c))) return refuse({ form: "too-fast" }, 429);
        passcodeHash = await passwords.hash(form.passcode);
      }
      const { name, entry } = form.values;
      // One that has ended meanwhile says so at its own address.
      if (!(await changeCallRoom(db, id, { name, entry, passcodeHash }, clock()))) return goTo(c, `/rooms/${id}`);
      changes.emit("outbox");
      return goTo(c, `/rooms/${id}/settings?saved`);
    })
    .get("/rooms/:id/end", async (c) => goTo(c, `/rooms/${(await findRoomOf(db, c.req.param("id"))).id}`))
    .post("/rooms/:id/end", async (c) => {
      const room = await findRoomOf(db, c.req.param("id"));
      const user = c.get("user");
      const isHost = isHostOf(c, room);
      if (!isHost) {
        if (user?.role !== "administrator") {
          throw new UserError(
            {
              en: "Only the host of this call can end it.",
              id: "Hanya tuan rumah yang bisa mengakhiri panggilan ini.",
            },
            { status: 403, title: { en: "Not for you", id: "Bukan untuk Anda" } },
          );
        }
        // That page asks for the password.
        if (!hasConfirmedPassword(user, clock()) || (await lacksSecondFactor(db, user.id)))
          return goTo(c, `/admin/calls/${room.id}`);
      }
      const administrator = isHost || user === null ? null : { id: user.id, name: user.username };
      if (await endCallRoom(db, room.id, clock(), administrator)) {
        changes.emit("outbox");
        log.info({ callId: room.id, by: user?.id ?? room.hostSubject }, "call ended");
      }
      const { next } = await readForm(c, "next");
      return goTo(c, localPath(next, "/rooms"));
    });
}
