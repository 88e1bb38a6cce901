import type { Child } from "hono/jsx";
import type { Language } from "../contract/language.ts";
import { Icon } from "./parts.tsx";
import { FieldError } from "./room-parts.tsx";
import type { StudioErrorKey, studioFormTexts } from "./studio-form-texts.ts";

export type FormTexts = (typeof studioFormTexts)[Language];

/** Ties a field to what is wrong with it and to its hint; the first one that is wrong has the focus. */
export const wired = (
  id: string,
  error: StudioErrorKey | undefined,
  { hint, isFirst }: { hint?: string; isFirst: boolean },
) => {
  const described = [error === undefined ? null : `${id}-error`, hint ?? null].filter((each) => each !== null);
  return {
    ...(described.length === 0 ? {} : { "aria-describedby": described.join(" ") }),
    ...(error === undefined ? {} : { "aria-invalid": "true" as const }),
    ...(error !== undefined && isFirst ? { autofocus: true } : {}),
  };
};

export const Field = (props: {
  id: string;
  label: string;
  hint?: string;
  error: string | undefined;
  children: Child;
}) => (
  <div class="field">
    <label for={props.id}>{props.label}</label>
    {props.children}
    <FieldError id={`${props.id}-error`} text={props.error} />
    {props.hint !== undefined && (
      <p class="hint" id={`${props.id}-hint`}>
        {props.hint}
      </p>
    )}
  </div>
);

export const Saved = ({ text }: { text: string | null }) => (
  <p class="hint form-saved" role="status">
    {text !== null && (
      <span class="saved">
        <Icon name="check" /> {text}
      </span>
    )}
  </p>
);
