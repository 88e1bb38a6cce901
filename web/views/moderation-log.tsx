import type { ChatAction } from "../../api/contract/chat-actions.ts";
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

/** Stands where a name would. */
export const somebodyGone = "Somebody whose account is gone";
const minute = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "short", timeZone: "UTC" });

export const Moment = ({ at }: { at: number }) => (
  <time datetime={new Date(at).toISOString()}>{minute.format(at)} UTC</time>
);

const LogEntry = ({ entry }: { entry: LogEntryProps }) => {
  const [before, after] = wordsOf(entry.action, entry.detail);
  const words = [
    <b>{entry.by ?? somebodyGone}</b>,
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
        <Moment at={entry.at} />
      </p>
    </li>
  );
};

/** Newest first. */
export const ModerationLog = ({ entries, more }: { entries: LogEntryProps[]; more?: string | undefined }) => (
  <section id="log" class="panel" aria-labelledby="log-heading">
    <h2 id="log-heading">Log</h2>
    {entries.length === 0 ? (
      <p class="hint">Nothing was moderated yet. Who did what, and why, is kept here.</p>
    ) : (
      <ol class="log" role="list">
        {entries.map((entry) => (
          <LogEntry entry={entry} />
        ))}
      </ol>
    )}
    {more !== undefined && (
      <a class="button button-quiet" href={more}>
        Older entries
      </a>
    )}
  </section>
);
