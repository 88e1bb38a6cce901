import { type Context, Hono } from "hono";
import { createInvitation, type Invitation, listInvitations, revokeInvitation } from "../../db/invitations.ts";
import { randomHex } from "../../db/random-id.ts";
import { registrations } from "../../db/schema.ts";
import { decideRegistration, decideSecondFactor, readSiteDecisions } from "../../db/site-settings.ts";
import {
  AdminInvitationPage,
  AdminRegistrationPage,
  AdminSecurityPage,
  noteMaxCharacters,
  validityDays,
} from "../../web/views/admin-site.tsx";
import { type AdminSiteTexts, adminSiteTexts } from "../../web/views/admin-site-texts.ts";
import type { AppDeps, AppEnv } from "../app-env.ts";
import { hashCode } from "../auth/one-time-codes.ts";
import { renderPage } from "../page.tsx";
import { goTo, readForm, requireAdministrator, requireSite } from "../request.ts";
import { UserError } from "../user-error.ts";
import { actOf, frameOf, goBack, readLine } from "./admin-gate.tsx";

const invitationsPerPage = 50;
const openInvitationsMax = 500;
const dayMs = 24 * 60 * 60_000;

/** `/admin/registration`, invitations and `/admin/security`: what administrators decide for the whole site. */
export function adminSiteRoutes(deps: AppDeps) {
  const { db, clock, log } = deps;

  const showRegistration = async (
    c: Context<AppEnv>,
    refused: { error?: UserError; note?: string } = {},
  ): Promise<Response> => {
    const found = await listInvitations(db, readCursor(c.req.query("after")), invitationsPerPage + 1);
    const shown = found.slice(0, invitationsPerPage);
    const last = found.length > invitationsPerPage ? shown.at(-1) : undefined;
    const { error, note } = refused;
    return renderPage(
      c,
      <AdminRegistrationPage
        frame={{ ...(await frameOf(deps, c)), ...(error && { error: error.told(c.get("language")).message }) }}
        registration={(await readSiteDecisions(db)).registration}
        invitations={shown.map((each) => invitationProps(each, clock()))}
        more={last && `/admin/registration?after=${last.createdAt}.${last.position}`}
        {...(note === undefined ? {} : { note })}
      />,
      error === undefined ? 200 : 422,
    );
  };

  return (
    new Hono<AppEnv>()
      .get("/admin/registration", (c) => showRegistration(c))
      .post("/admin/registration", async (c) => {
        const { registration: typed } = await readForm(c, "registration");
        const registration = registrations.find((each) => each === typed);
        if (registration === undefined) throw unknownChoice();
        const act = actOf(c, deps);
        await decideRegistration(db, registration, act);
        log.info({ by: act.actor.id, registration }, "registration changed");
        return goBack(c, "/admin/registration", "saved");
      })
      // Where the answer to the form stands: who reloads it there finds the list.
      .get("/admin/invitations", (c) => goTo(c, "/admin/registration"))
      .post("/admin/invitations", async (c) => {
        const { note: typed, days: typedDays } = await readForm(c, "note", "days");
        const days = validityDays.find((each) => String(each) === typedDays);
        if (days === undefined) throw unknownChoice();
        const act = actOf(c, deps);
        const code = randomHex(16);
        try {
          const note = readLine(typed, { least: 0, most: noteMaxCharacters });
          const invitation = { codeHash: hashCode(code), note, expiresAt: act.now + days * dayMs };
          if (!(await createInvitation(db, { ...invitation, mostOpen: openInvitationsMax }, act)))
            throw said((texts) => texts.tooManyInvitations);
        } catch (error) {
          if (!(error instanceof UserError)) throw error;
          return showRegistration(c, { error, note: typed });
        }
        log.info({ by: act.actor.id }, "invitation made");
        const url = `${requireSite(c).origin}/register?invitation=${code}`;
        return renderPage(c, <AdminInvitationPage frame={await frameOf(deps, c)} url={url} />);
      })
      .post("/admin/invitations/:hash/revoke", async (c) => {
        const act = actOf(c, deps);
        // One that was used, or revoked, meanwhile says so in the list.
        await revokeInvitation(db, c.req.param("hash"), act);
        return goBack(c, "/admin/registration", "revoked");
      })
      .get("/admin/security", async (c) => {
        const { hasTotp } = requireAdministrator(c);
        const { administratorsNeedTotp } = await readSiteDecisions(db);
        const frame = await frameOf(deps, c);
        return renderPage(c, <AdminSecurityPage frame={frame} isNeeded={administratorsNeedTotp} hasTotp={hasTotp} />);
      })
      .post("/admin/security", async (c) => {
        const { needed } = await readForm(c, "needed");
        if (needed !== "yes" && needed !== "no") throw unknownChoice();
        const act = actOf(c, deps);
        if (!(await decideSecondFactor(db, needed === "yes", act)))
          throw said((texts) => texts.factorMissing, { status: 403 });
        log.info({ by: act.actor.id, needed }, "rule of the second factor changed");
        return goBack(c, "/admin/security", "saved");
      })
  );
}

const invitationProps = (invitation: Invitation, now: number) => ({
  ...invitation,
  isOver: invitation.expiresAt <= now,
});

const said = (say: (texts: AdminSiteTexts) => string, options: { status?: 403 } = {}): UserError =>
  new UserError({ en: say(adminSiteTexts.en), id: say(adminSiteTexts.id) }, options);

const unknownChoice = (): UserError =>
  new UserError({ en: "Choose one of what is offered.", id: "Pilih salah satu yang tersedia." }, { status: 400 });

function readCursor(after: string | undefined): { createdAt: number; position: number } | null {
  const match = /^(\d{1,15})\.(\d{1,15})$/.exec(after ?? "");
  return match === null ? null : { createdAt: Number(match[1]), position: Number(match[2]) };
}
