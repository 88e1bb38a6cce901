import { formatUptime } from "../contract/uptime.ts";
import type { Language } from "../contract/language.ts";
import { watchTexts } from "./watch-texts.ts";

export interface PastStreamProps {
  id: string;
  title: string;
  /** Unix time, ms. */
  startedAt: number;
  endedAt: number;
  peakViewers: number;
}

/** A day and a time of day: in UTC as the server writes it, in the reader's own zone once the page's script has run. */
export const DateTime = ({ at, language }: { at: number; language: Language }) => (
  <time datetime={new Date(at).toISOString()} data-date>
    {new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short", timeZone: "UTC" }).format(at)}
  </time>
);

/** Streams that are over: what they were called, when they were, how long and how full the hall was. */
export const PastStreams = (props: {
  streams: PastStreamProps[];
  language: Language;
  /** Where more is told of a stream. */
  hrefOf?: (id: string) => string;
}) => {
  const texts = watchTexts[props.language];
  return (
    <ul class="past-streams" role="list">
      {props.streams.map(({ id, title, startedAt, endedAt, peakViewers }) => (
        <li class="past-stream">
          <p class="past-stream-title" dir="auto">
            {props.hrefOf === undefined ? title : <a href={props.hrefOf(id)}>{title}</a>}
          </p>
          <p class="past-stream-facts">
            <DateTime at={startedAt} language={props.language} />
            <span class="tabular">{texts.length(formatUptime(endedAt - startedAt))}</span>
            <span>{texts.peak(peakViewers)}</span>
          </p>
        </li>
      ))}
    </ul>
  );
};
