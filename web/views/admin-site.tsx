import { type AdminFrameProps, AdminPage, Moment, OnceLink } from "./admin-frame.tsx";
import { ActForm, pathOf } from "./admin-people.tsx";
import { adminSiteTexts } from "./admin-site-texts.ts";
import { adminTexts } from "./admin-texts.ts";
import type { PageProps } from "./layout.tsx";

export const noteMaxCharacters = 100;
export const validityDays = [1, 7, 30, 90] as const;
const usualValidityDays = 7;

export type Registration = "open" | "invitation" | "closed";

export interface InvitationProps {
  codeHash: string;
  note: string;
  createdByName: string | null;
  /** Times are Unix time, ms. */
  createdAt: number;
  expiresAt: number;
  isOver: boolean;
  usedAt: number | null;
  usedByName: string | null;
}

const InvitationRow = ({ page, invitation }: { page: PageProps; invitation: InvitationProps }) => {
  const texts = adminSiteTexts[page.language];
  const { codeHash, note, createdByName, createdAt, expiresAt, isOver, usedAt, usedByName } = invitation;
  const isOpen = usedAt === null && !isOver;
  return (
    <li class="row">
      <div class="row-text">
        <p class="row-title">{note === "" ? <span class="hint">{texts.withoutNote}</span> : <bdi>{note}</bdi>}</p>
        <p class="hint">
          <Moment at={createdAt} language={page.language} dayOnly />
          {createdByName !== null && ` ${texts.madeBy(createdByName)}`}
          {" · "}
          {usedAt !== null ? (
            usedByName === null ? (
              texts.usedGone
            ) : (
              <a href={pathOf(usedByName)}>{texts.usedBy(usedByName)}</a>
            )
          ) : isOver ? (
            texts.expired
          ) : (
            <>
              {texts.goodUntil} <Moment at={expiresAt} language={page.language} />
            </>
          )}
        </p>
      </div>
      {isOpen && (
        <ActForm action={`/admin/invitations/${codeHash}/revoke`} next="/admin/registration">
          <button
            class="button button-small button-danger"
            type="submit"
            aria-label={note === "" ? undefined : `${texts.revoke}: ${note}`}
          >
            {texts.revoke}
          </button>
        </ActForm>
      )}
    </li>
  );
};

const InviteForm = ({ page, note }: { page: PageProps; note: string }) => {
  const texts = adminSiteTexts[page.language];
  return (
    <form class="admin-filter" method="post" action="/admin/invitations">
      <div class="field">
        <label for="invite-note">{texts.note}</label>
        <input
          type="text"
          id="invite-note"
          name="note"
          value={note}
          maxlength={noteMaxCharacters}
          autocomplete="off"
          placeholder={texts.noteHint}
        />
      </div>
      <div class="field">
        <label for="invite-days">{texts.validity}</label>
        <select id="invite-days" name="days">
          {validityDays.map((days) => (
            <option value={days} selected={days === usualValidityDays}>
              {texts.validities[days]}
            </option>
          ))}
        </select>
      </div>
      <button class="button" type="submit">
        {texts.makeLink}
      </button>
    </form>
  );
};

export interface AdminRegistrationProps {
  frame: AdminFrameProps;
  registration: Registration;
  invitations: InvitationProps[];
  /** What was typed. */
  note?: string;
  more?: string | undefined;
}

/** `/admin/registration`: who may make an account, and the invitations. */
export const AdminRegistrationPage = (props: AdminRegistrationProps) => {
  const { frame, registration, invitations, note = "", more } = props;
  const { page } = frame;
  const texts = adminSiteTexts[page.language];
  const common = adminTexts[page.language];
  return (
    <AdminPage {...frame} tab="registration" title={common.tabs.registration}>
      <section class="panel" aria-labelledby="registration-heading">
        <h2 id="registration-heading">{texts.whoRegisters}</h2>
        <ActForm action="/admin/registration" next="/admin/registration" class="form">
          <fieldset class="admin-radios">
            <legend class="visually-hidden">{texts.whoRegisters}</legend>
            {(["open", "invitation", "closed"] as const).map((value) => (
              <label class="choice">
                <input type="radio" name="registration" value={value} checked={value === registration} />
                <span class="choice-name">{texts.registrations[value].name}</span>
                <span class="hint">{texts.registrations[value].hint}</span>
              </label>
            ))}
          </fieldset>
          <div>
            <button class="button" type="submit">
              {common.save}
            </button>
          </div>
        </ActForm>
      </section>
      <section class="panel" aria-labelledby="invite-heading">
        <h2 id="invite-heading">{texts.invite}</h2>
        {registration === "open" && <p class="hint">{texts.openRegistration}</p>}
        {registration === "closed" && <p class="hint">{texts.closedRegistration}</p>}
        <InviteForm page={page} note={note} />
      </section>
      <section class="panel" aria-labelledby="invitations-heading">
        <h2 id="invitations-heading">{texts.invitations}</h2>
        {invitations.length === 0 ? (
          <p class="hint">{texts.noInvitations}</p>
        ) : (
          <ul class="rows" role="list">
            {invitations.map((invitation) => (
              <InvitationRow page={page} invitation={invitation} />
            ))}
          </ul>
        )}
        {more !== undefined && (
          <a class="button button-quiet admin-more" href={more}>
            {common.more}
          </a>
        )}
      </section>
    </AdminPage>
  );
};

/** Answers "Make the link": the invitation, this once. */
export const AdminInvitationPage = ({ frame, url }: { frame: AdminFrameProps; url: string }) => {
  const texts = adminSiteTexts[frame.page.language];
  return (
    <AdminPage {...frame} tab="registration" title={texts.inviteDone}>
      <OnceLink page={frame.page} url={url} lead={texts.inviteLead} />
      <p>
        <a href="/admin/registration">{texts.invitations}</a>
      </p>
    </AdminPage>
  );
};

/** `/admin/security`: what administrators ask of each other. */
export const AdminSecurityPage = (props: { frame: AdminFrameProps; isNeeded: boolean; hasTotp: boolean }) => {
  const { frame, isNeeded, hasTotp } = props;
  const { page } = frame;
  const texts = adminSiteTexts[page.language];
  return (
    <AdminPage {...frame} tab="security" title={adminTexts[page.language].tabs.security}>
      <section class="panel" aria-labelledby="factor-heading">
        <h2 id="factor-heading">{texts.factorRule}</h2>
        <div class="form">
          <p>
            <b>{isNeeded ? texts.factorOn : texts.factorOff}</b> {texts.factorRuleLead}
          </p>
          {hasTotp ? (
            <ActForm action="/admin/security" next="/admin/security">
              <input type="hidden" name="needed" value={isNeeded ? "no" : "yes"} />
              <button class={`button ${isNeeded ? "button-danger" : ""}`} type="submit">
                {isNeeded ? texts.turnOff : texts.turnOn}
              </button>
            </ActForm>
          ) : (
            <>
              <p class="hint">{texts.factorMissing}</p>
              <p>
                <a href="/settings/second-factor">{texts.setUpFactor}</a>
              </p>
            </>
          )}
        </div>
      </section>
    </AdminPage>
  );
};
