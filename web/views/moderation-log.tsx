import type { ChatAction } from "../../api/contract/chat-actions.ts";
import type { Language } from "../contract/language.ts";
import { moderationTexts } from "./moderation-texts.ts";
import { wordsOf } from "./moderation-words.ts";

export interface LogEntryProps {
  at: number;
  /** null: their account is gone. */
  by: string | null;
  action: ChatAction["action"];
  /** The value that was set. */
  detail: string | null;
  whom: string | null;
  reason: string | null;
  /** The line that this was about. */
  text: string | null;
}

/** Days before months, as most of the world writes them. */
const minute = (locale: string) =>
  new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short", timeZone: "UTC" });
const formats: Record<Language, Intl.DateTimeFormat> = { en: minute("en-GB"), id: minute("id") };

export const Moment = ({ at, language }: { at: number; language: Language }) => (
  <time datetime={new Date(at).toISOString()}>{formats[language].format(at)} UTC</time>
);

const LogEntry = ({ entry, language }: { entry: LogEntryProps; language: Language }) => {
  const [before, after] = wordsOf(entry.action, entry.detail, language);
  const words = [
    <b>{entry.by ?? moderationTexts[language].somebodyGone}</b>,
    <bdi>{before}</bdi>,
    entry.whom !== null && <b>{entry.whom}</b>,
    after,
    entry.reason !== null && <q dir="auto">{entry.reason}</q>,
  ].filter((word) => word !== false && word !== undefined);
  return (
    <li class="log-entry">
      <p>{words.flatMap((word) => [" ", word])}</p>
      {entry.text !== null && <blockquote dir="auto">{entry.text}</blockquote>}
      <p class="hint">
        <Moment at={entry.at} language={language} />
      </p>
    </li>
  );
};

interface LogProps {
  entries: LogEntryProps[];
  /** Link to the next page. */
  more?: string | undefined;
  language: Language;
}

/** Newest first. */
export const ModerationLog = ({ entries, more, language }: LogProps) => {
  const texts = moderationTexts[language];
  return (
    <section id="log" class="panel" aria-labelledby="log-heading">
      <h2 id="log-heading">{texts.log}</h2>
      {entries.length === 0 ? (
        <p class="hint">{texts.noLog}</p>
      ) : (
        <ol class="log" role="list">
          {entries.map((entry) => (
            <LogEntry entry={entry} language={language} />
          ))}
        </ol>
      )}
      {more !== undefined && (
        <a class="button button-quiet" href={more}>
          {texts.olderLog}
        </a>
      )}
    </section>
  );
};
