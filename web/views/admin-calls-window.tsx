import type { Language } from "../contract/language.ts";
import { adminCallsTexts } from "./admin-calls-texts.ts";
import { FormError } from "./parts.tsx";

/** The time that a page about calls is about. */
export interface WindowProps {
  /** As the form has them: `2026-11-21T14:00`, UTC. */
  from: string;
  to: string;
  /** What was wrong with what was typed. */
  error?: "unclear" | "backwards";
}

const localeOf = (language: Language): string => (language === "en" ? "en-GB" : "id");
const timeOfDay = { hour: "2-digit", minute: "2-digit", timeZone: "UTC" } as const;

export const Moment = ({ at, language, timeOnly }: { at: number; language: Language; timeOnly?: boolean }) => {
  const day = timeOnly === true ? {} : ({ day: "numeric", month: "short" } as const);
  const text = new Intl.DateTimeFormat(localeOf(language), { ...day, ...timeOfDay }).format(at);
  return <time datetime={new Date(at).toISOString()}>{text}</time>;
};

/** From one moment to another, which is often on the same day. */
export const Span = ({ from, to, language }: { from: number; to: number; language: Language }) => {
  const isSameDay = new Date(from).toISOString().slice(0, 10) === new Date(to).toISOString().slice(0, 10);
  return (
    <>
      <Moment at={from} language={language} />
      {" – "}
      <Moment at={to} language={language} timeOnly={isSameDay} />
    </>
  );
};

const spans = [
  ["hour", 3_600_000],
  ["day", 86_400_000],
  ["week", 604_800_000],
  ["month", 2_592_000_000],
] as const;

export const WindowForm = (props: { language: Language; path: string; window: WindowProps }) => {
  const { language, path, window } = props;
  const { from, to, error } = window;
  const texts = adminCallsTexts[language];
  return (
    <form class="panel window-form" method="get" action={path}>
      <FormError id="window-error" message={error === undefined ? undefined : texts[error]} />
      <div class="window-fields">
        <div class="field">
          <label for="window-from">{texts.from}</label>
          <input id="window-from" name="from" type="datetime-local" value={from} required />
        </div>
        <div class="field">
          <label for="window-to">{texts.to}</label>
          <input id="window-to" name="to" type="datetime-local" value={to} required />
        </div>
        <button class="button" type="submit">
          {texts.show}
        </button>
      </div>
      <p class="hint">
        {texts.theLast}{" "}
        {spans.map(([name, ms], index) => (
          <>
            {index > 0 && " · "}
            <a href={`${path}?last=${ms}`}>{texts.spans[name]}</a>
          </>
        ))}
      </p>
    </form>
  );
};

export const query = ({ from, to }: WindowProps): string =>
  `?from=${encodeURIComponent(from)}&to=${encodeURIComponent(to)}`;
