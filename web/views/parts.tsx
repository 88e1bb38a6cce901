import type { Language } from "../contract/language.ts";
import { formatUptime } from "../contract/uptime.ts";

export type IconName =
  | "administrator"
  | "alert"
  | "browse"
  | "check"
  | "close"
  | "copy"
  | "down"
  | "eye"
  | "heart"
  | "language"
  | "menu"
  | "moderator"
  | "more"
  | "muted"
  | "pause"
  | "people"
  | "pin"
  | "play"
  | "pop-out"
  | "renew"
  | "reply"
  | "search"
  | "send"
  | "settings"
  | "sidebar"
  | "sign-out"
  | "smile"
  | "streamer"
  | "unfold"
  | "user";

/** A picture beside a text, or in a control that has a name of its own: never read aloud. */
export const Icon = ({ name }: { name: IconName }) => <span class={`icon icon-${name}`} aria-hidden="true"></span>;

/** Time since `startedAt` (Unix time, ms). The page's script keeps it ticking. */
export const Uptime = ({ startedAt }: { startedAt: number }) => (
  <time class="uptime" datetime={new Date(startedAt).toISOString()} data-uptime>
    {formatUptime(Date.now() - startedAt)}
  </time>
);

const badges: Record<Language, { live: string; interrupted: string }> = {
  en: { live: "Live", interrupted: "Reconnecting" },
  id: { live: "Langsung", interrupted: "Menyambung lagi" },
};

export const LiveBadge = ({ interrupted, language }: { interrupted: boolean; language: Language }) =>
  interrupted ? (
    <span class="badge badge-interrupted">{badges[language].interrupted}</span>
  ) : (
    <span class="badge badge-live">{badges[language].live}</span>
  );

/** What went wrong with a form, announced when it appears. */
export const FormError = ({ id, message }: { id: string; message: string | undefined }) =>
  message === undefined ? null : (
    <p class="form-error" id={id} role="alert">
      <Icon name="alert" />
      {message}
    </p>
  );

/** The inside of a form at `/confirm`: the password again, and where to go on afterwards. */
export const PasswordAgainFields = (props: {
  label: string;
  next: string;
  error: string | undefined;
  hasFocus?: true;
}) => (
  <>
    <FormError id="confirm-error" message={props.error} />
    <input type="hidden" name="next" value={props.next} />
    <label for="confirm-password">{props.label}</label>
    <div class="field-row">
      <input
        id="confirm-password"
        name="password"
        type="password"
        required
        autocomplete="current-password"
        {...(props.hasFocus ? { autofocus: true } : {})}
        {...(props.error === undefined ? {} : { "aria-invalid": "true", "aria-errormessage": "confirm-error" })}
      />
      <button class="button" type="submit">
        Confirm
      </button>
    </div>
  </>
);

/** htmx attributes of a form that replaces the fragment `id` with the answer, be it the fragment or a whole page. */
export const replaces = (id: string) => ({
  "hx-target": `#${id}`,
  "hx-select": `#${id}`,
  "hx-swap": "outerHTML",
  "hx-disable": "find button[type=submit]",
  // A refusal that explains itself in the form: shown. Other errors leave the form as it is, the page says so.
  "hx-status:403": "swap:outerHTML",
  "hx-status:422": "swap:outerHTML",
  "hx-status:429": "swap:outerHTML",
});
