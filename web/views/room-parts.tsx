import type { PropsWithChildren } from "hono/jsx";
import type { CallEntry, CallMode } from "../../signaling/contract/call.ts";
import { Icon } from "./parts.tsx";
import type { RoomsErrorKey, RoomsTexts } from "./rooms-texts.ts";

/** What the pages about rooms share: the fields of their forms, warnings, the invitation. */

/** What may keep calls from working, said to whoever makes rooms. */
export interface CallWarnings {
  noRelay: boolean;
  noStun: boolean;
  /** The page came over http, and not from this machine. */
  insecure: boolean;
}

export interface RoomFormValues {
  name: string;
  mode: CallMode;
  entry: CallEntry;
}

export type RoomFormErrors = Partial<Record<"name" | "passcode" | "mode" | "entry" | "form", RoomsErrorKey>>;

const Warning = ({ children }: PropsWithChildren) => (
  <li>
    <Icon name="alert" />
    <div>{children}</div>
  </li>
);

export const Warnings = ({ warnings, texts }: { warnings: CallWarnings; texts: RoomsTexts }) =>
  warnings.insecure || warnings.noRelay || warnings.noStun ? (
    <section class="room-warnings" aria-label={texts.warnings}>
      <ul role="list">
        {warnings.insecure && (
          <Warning>
            <p>{texts.insecure}</p>
          </Warning>
        )}
        {warnings.noRelay && (
          <Warning>
            <p>{warnings.noStun ? texts.noStun : texts.noRelay}</p>
            <p class="room-warning-settings">
              {texts.warningSettings} <code>TURN_URLS</code> <code>TURN_SECRET</code>{" "}
              {warnings.noStun && <code>STUN_URLS</code>}
            </p>
          </Warning>
        )}
      </ul>
    </section>
  ) : null;

/** What is wrong with one field: read with it, since the field names it. */
export const FieldError = ({ id, text }: { id: string; text: string | undefined }) =>
  text === undefined ? null : (
    <p class="field-error" id={id}>
      <Icon name="alert" />
      {text}
    </p>
  );

/** Attributes of a field that may be wrong; `hints`: ids of what explains it. */
export const describedBy = (errorId: string, hasError: boolean, ...hints: string[]) => {
  const ids = [...(hasError ? [errorId] : []), ...hints];
  return {
    ...(hasError ? { "aria-invalid": "true" as const } : {}),
    ...(ids.length === 0 ? {} : { "aria-describedby": ids.join(" ") }),
  };
};

/** The server counts characters, browsers UTF-16 units: what is too long is said by the server, in words. */
const nameMaxUnits = 120;

export const NameField = ({ value, error, texts }: { value: string; error?: RoomsErrorKey; texts: RoomsTexts }) => (
  <div class="field">
    <label for="room-name">{texts.name}</label>
    <input
      type="text"
      id="room-name"
      name="name"
      value={value}
      required
      maxlength={nameMaxUnits}
      autocomplete="off"
      placeholder={texts.namePlaceholder}
      {...describedBy("room-name-error", error !== undefined)}
    />
    <FieldError id="room-name-error" text={error && texts.errors[error]} />
  </div>
);

interface ChoiceProps<Value extends string> {
  name: string;
  legend: string;
  chosen: Value;
  choices: { value: Value; name: string; hint: string }[];
  error?: string | undefined;
}

/** One of a few, each with a line that says what it means. */
const Choice = <Value extends string>({ name, legend, chosen, choices, error }: ChoiceProps<Value>) => (
  <fieldset class="choice" {...describedBy(`${name}-error`, error !== undefined)}>
    <legend>{legend}</legend>
    {choices.map((choice) => (
      <label class="choice-item">
        <input type="radio" name={name} value={choice.value} checked={choice.value === chosen} required />
        <span class="choice-name">{choice.name}</span>
        <span class="hint">{choice.hint}</span>
      </label>
    ))}
    <FieldError id={`${name}-error`} text={error} />
  </fieldset>
);

export const ModeField = (props: {
  value: CallMode;
  error?: RoomsErrorKey;
  texts: RoomsTexts;
  limits: { capacity: number; stageCapacity: number };
}) => {
  const { texts, limits, error } = props;
  const choices = [
    { value: "meeting" as const, people: limits.capacity },
    { value: "stage" as const, people: limits.stageCapacity },
  ].map(({ value, people }) => ({ value, name: texts.modes[value].name, hint: texts.modes[value].hint(people) }));
  return (
    <Choice
      name="mode"
      legend={texts.mode}
      chosen={props.value}
      choices={choices}
      error={error && texts.errors[error]}
    />
  );
};

export const EntryField = (props: { value: CallEntry; error?: RoomsErrorKey; texts: RoomsTexts }) => {
  const { texts, error } = props;
  const choices = (["link", "knock", "signed-in"] as const).map((value) => ({ value, ...texts.entries[value] }));
  return (
    <Choice
      name="entry"
      legend={texts.entry}
      chosen={props.value}
      choices={choices}
      error={error && texts.errors[error]}
    />
  );
};

/** `isNew`: there is one already, and this would replace it. */
export const PasscodeField = (props: { isNew: boolean; error?: RoomsErrorKey; texts: RoomsTexts }) => {
  const { isNew, error, texts } = props;
  return (
    <div class="field">
      <label for="room-passcode">{isNew ? texts.passcodeNew : texts.passcode}</label>
      <input
        type="text"
        id="room-passcode"
        name="passcode"
        maxlength={64}
        autocomplete="off"
        autocapitalize="none"
        spellcheck={false}
        {...describedBy("room-passcode-error", error !== undefined, "room-passcode-hint")}
      />
      <FieldError id="room-passcode-error" text={error && texts.errors[error]} />
      <p class="hint" id="room-passcode-hint">
        {isNew ? texts.passcodeNewHint : texts.passcodeHint}
      </p>
    </div>
  );
};

/** The link to send around, and what copies it. */
export const Invitation = ({ id, name, url, texts }: { id: string; name: string; url: string; texts: RoomsTexts }) => (
  <div class="field-row invitation">
    <input
      type="text"
      id={id}
      class="code"
      value={url}
      readonly
      autocomplete="off"
      spellcheck={false}
      aria-label={texts.invitation(name)}
    />
    <button
      class="button button-quiet copy"
      type="button"
      data-copy={id}
      data-label-copied={texts.copied}
      data-label-selected={texts.selected}
    >
      <Icon name="copy" />
      <span data-label aria-live="polite">
        {texts.copy}
      </span>
    </button>
  </div>
);

/** Ends a call, after a second look: native, so that it needs no script. */
export const EndRoom = ({ id, name, texts }: { id: string; name: string; texts: RoomsTexts }) => (
  <>
    <button class="button button-small button-danger" type="button" popovertarget={`end-${id}`}>
      {texts.end}
      <span class="visually-hidden"> {name}</span>
    </button>
    <div class="confirm" id={`end-${id}`} popover="auto" role="dialog" aria-label={texts.endSure(name)}>
      <h3>{texts.endSure(name)}</h3>
      <p>{texts.endHint}</p>
      <form method="post" action={`/rooms/${id}/end`}>
        <button class="button button-danger" type="submit">
          {texts.endButton}
        </button>
      </form>
    </div>
  </>
);
