import { type Context, Hono } from "hono";
import { listAuditEntries } from "../../db/audit-log.ts";
import {
  allowStreaming,
  changeRole,
  createResetLink,
  declineStreaming,
  liftSuspension,
  resetLinkValidForMs,
  revokeStreaming,
  type RoleOutcome,
  signOutEverywhere,
  suspend,
} from "../../db/people.ts";
import {
  cursorAfter,
  findPerson,
  listPeople,
  type PeopleCursor,
  type PeopleFilter,
  peopleFilters,
  type Person,
  searchPeople,
} from "../../db/people-lists.ts";
import { randomHex } from "../../db/random-id.ts";
import { listReports } from "../../db/reports.ts";
import { roles } from "../../db/schema.ts";
import { AdminPeoplePage, declineMaxCharacters, type PersonProps } from "../../web/views/admin-people.tsx";
import { AdminPersonPage, AdminResetLinkPage, suspendReasonMaxCharacters } from "../../web/views/admin-person.tsx";
import { type AdminTexts, adminTexts } from "../../web/views/admin-texts.ts";
import type { AppDeps, AppEnv } from "../app-env.ts";
import { canonicalUsername } from "../auth/names.ts";
import { hashCode } from "../auth/one-time-codes.ts";
import { imageUrl, renderPage } from "../page.tsx";
import { goTo, readForm, requireSite } from "../request.ts";
import { streamTitle } from "../stream-title.ts";
import { notFound, UserError } from "../user-error.ts";
import { auditProps } from "./admin-audit.tsx";
import { actOf, frameOf, goBack, hereOf, readLine } from "./admin-gate.tsx";

const peoplePerPage = 50;
const searchMaxCharacters = 60;
/** Of a person's reports and rows of the log, on their page. */
const historyShown = 20;

/** What a list says of somebody. */
export const personProps = (person: Person): PersonProps => ({
  id: person.id,
  username: person.username,
  displayName: person.displayName ?? person.username,
  avatarUrl: person.avatarHash === null ? null : imageUrl(person.avatarHash),
  role: person.role,
  createdAt: person.createdAt,
  isSuspended: person.suspendedAt !== null,
  streamingAskedAt: person.streamingAskedAt,
  streamingAskedWhy: person.streamingAskedWhy ?? "",
});

/** `/admin/people`: everybody who has an account, and what administrators do to them. */
export function adminPeopleRoutes(deps: AppDeps) {
  const { db, changes, log, everyoneMayStream } = deps;

  const showPerson = async (
    c: Context<AppEnv>,
    name: string,
    refused: { error?: string; reason?: string } = {},
  ): Promise<Response> => {
    const username = canonicalUsername(name);
    const person = username === null ? undefined : await findPerson(db, username);
    if (person === undefined) throw notFound();
    const { channel, ...rest } = person;
    return renderPage(
      c,
      <AdminPersonPage
        frame={{ ...(await frameOf(deps, c)), ...(refused.error !== undefined && { error: refused.error }) }}
        person={{
          ...rest,
          ...personProps(person),
          title: streamTitle(channel.title, rest.displayName ?? rest.username, c.get("language")),
          followers: channel.followers,
        }}
        everyoneMayStream={everyoneMayStream}
        reports={await listReports(db, { of: channel.id }, null, historyShown)}
        audit={(await listAuditEntries(db, { subject: person.username }, null, historyShown)).map(auditProps)}
        reason={refused.reason}
      />,
      refused.error === undefined ? 200 : 422,
    );
  };

  /** What viewers see of a channel has changed, and ingest and signaling have something to read. */
  const tell = (channelId: string): void => {
    changes.channelChanged(channelId);
    changes.emit("outbox");
  };

  return (
    new Hono<AppEnv>()
      .get("/admin/people", async (c) => {
        const search = (c.req.query("q") ?? "").trim().slice(0, searchMaxCharacters);
        const filter = peopleFilters.find((each) => each === c.req.query("show")) ?? "all";
        const found =
          search === ""
            ? await listPeople(db, filter, readCursor(c.req.query("after")), peoplePerPage + 1)
            : await searchPeople(db, search, peoplePerPage + 1);
        const isFull = found.length > peoplePerPage;
        const shown = found.slice(0, peoplePerPage);
        return renderPage(
          c,
          <AdminPeoplePage
            frame={await frameOf(deps, c)}
            people={shown.map(personProps)}
            search={search === "" ? null : search}
            filter={filter}
            here={hereOf(c)}
            more={search === "" && isFull ? nextPage(filter, shown.at(-1)) : undefined}
            isFull={search !== "" && isFull}
          />,
        );
      })
      .get("/admin/people/:name", (c) => showPerson(c, c.req.param("name")))
      // Where a form's answer stands: who reloads it there finds the people.
      .get("/admin/people/:id/:act", (c) => goTo(c, "/admin/people"))
      .post("/admin/people/:id/streaming", async (c) => {
        const { allow } = await readForm(c, "allow");
        const act = actOf(c, deps);
        const userId = c.req.param("id");
        if (allow === "yes") {
          if (!(await allowStreaming(db, userId, act))) throw notFound();
        } else if (allow === "no") {
          if (everyoneMayStream) throw said((texts) => texts.errors.everyone);
          const channelId = await revokeStreaming(db, userId, act);
          if (channelId === undefined) throw notFound();
          tell(channelId);
        } else {
          throw new UserError(
            {
              en: "Say whether to allow or to stop streaming.",
              id: "Pilih apakah siaran diizinkan atau dihentikan.",
            },
            { status: 400 },
          );
        }
        log.info({ by: act.actor.id, userId, allow }, "right to stream changed");
        return goBack(c, "/admin", allow === "yes" ? "allowed" : "stopped");
      })
      .post("/admin/people/:id/decline", async (c) => {
        const { why } = await readForm(c, "why");
        const act = actOf(c, deps);
        const answer = readLine(why, { least: 0, most: declineMaxCharacters });
        const userId = c.req.param("id");
        if (!(await declineStreaming(db, userId, answer, act))) throw said((texts) => texts.errors.answered);
        log.info({ by: act.actor.id, userId }, "right to stream declined");
        return goBack(c, "/admin", "declined");
      })
      .post("/admin/people/:id/role", async (c) => {
        const { role: typed } = await readForm(c, "role");
        const role = roles.find((each) => each === typed);
        if (role === undefined) throw new UserError({ en: "There is no such role.", id: "Peran ini tidak ada." });
        const act = actOf(c, deps);
        const userId = c.req.param("id");
        const outcome = await changeRole(db, userId, { role, endsStreams: !everyoneMayStream }, act);
        refuseRole(outcome);
        if (outcome.type === "changed") tell(outcome.channelId);
        log.info({ by: act.actor.id, userId, role }, "role changed");
        return goBack(c, "/admin/people", "saved");
      })
      .post("/admin/people/:id/suspend", async (c) => {
        const { reason: typed, next } = await readForm(c, "reason", "next");
        const act = actOf(c, deps);
        const userId = c.req.param("id");
        let reason: string;
        try {
          reason = readLine(typed, { least: 1, most: suspendReasonMaxCharacters });
        } catch (error) {
          const name = /^\/admin\/people\/([a-z0-9_]+)/i.exec(next)?.[1];
          if (!(error instanceof UserError) || name === undefined) throw error;
          return showPerson(c, name, { error: error.told(c.get("language")).message, reason: typed });
        }
        const channelId = await suspend(db, userId, reason, act);
        if (channelId === undefined) throw said((texts) => texts.errors.notSuspendable);
        tell(channelId);
        log.info({ by: act.actor.id, userId }, "suspended");
        return goBack(c, "/admin/people", "suspended");
      })
      .post("/admin/people/:id/lift", async (c) => {
        const act = actOf(c, deps);
        const channelId = await liftSuspension(db, c.req.param("id"), act);
        if (channelId !== undefined) {
          tell(channelId);
          log.info({ by: act.actor.id, userId: c.req.param("id") }, "suspension lifted");
        }
        return goBack(c, "/admin/people", "lifted");
      })
      .post("/admin/people/:id/sign-out", async (c) => {
        const act = actOf(c, deps);
        const userId = c.req.param("id");
        if (!(await signOutEverywhere(db, userId, act))) throw notFound();
        changes.emit("outbox");
        log.info({ by: act.actor.id, userId }, "signed out everywhere by an administrator");
        return goBack(c, "/admin/people", "signed-out");
      })
      .post("/admin/people/:id/reset", async (c) => {
        const act = actOf(c, deps);
        const userId = c.req.param("id");
        const code = randomHex(16);
        const link = { codeHash: hashCode(code), expiresAt: act.now + resetLinkValidForMs };
        const username = await createResetLink(db, userId, link, act);
        if (username === undefined) throw notFound();
        log.info({ by: act.actor.id, userId }, "reset link made");
        const url = `${requireSite(c).origin}/reset?code=${code}`;
        return renderPage(c, <AdminResetLinkPage frame={await frameOf(deps, c)} username={username} url={url} />);
      })
  );
}

const said = (say: (texts: AdminTexts) => string): UserError =>
  new UserError({ en: say(adminTexts.en), id: say(adminTexts.id) });

function refuseRole(outcome: RoleOutcome): void {
  switch (outcome.type) {
    case "changed":
    case "unchanged":
      return;
    case "unknown":
      throw notFound();
    case "last-administrator":
      throw said((texts) => texts.errors.lastAdministrator);
    case "suspended":
      throw said((texts) => texts.errors.suspendedAdministrator);
  }
}

function nextPage(filter: PeopleFilter, last: Person | undefined): string | undefined {
  if (last === undefined) return undefined;
  const { at, id } = cursorAfter(last, filter);
  return `/admin/people?${filter === "all" ? "" : `show=${filter}&`}after=${at}.${id}`;
}

function readCursor(after: string | undefined): PeopleCursor | null {
  const match = /^(\d{1,15})\.([0-9a-f]{1,64})$/.exec(after ?? "");
  return match === null ? null : { at: Number(match[1]), id: match[2] ?? "" };
}
