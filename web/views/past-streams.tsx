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

const dateStyle = { dateStyle: "medium", timeStyle: "short", timeZone: "UTC" } as const;
/** Made once: each takes longer than the rest of the row. */
const dates: Record<Language, Intl.DateTimeFormat> = {
  en: new Intl.DateTimeFormat("en", dateStyle),
  id: new Intl.DateTimeFormat("id", dateStyle),
};

/** A day and a time of day: in UTC as the server writes it, in the reader's own zone once the page's script has run. */
export const DateTime = ({ at, language }: { at: number; language: Language }) => (
  <time datetime={new Date(at).toISOString()} data-date>
    {dates[language].format(at)}
  </time>
);

/** When a stream was, how long, and how full the hall. */
export const PastStreamFacts = ({ stream, language }: { stream: PastStreamProps; language: Language }) => {
  const texts = watchTexts[language];
  return (
    <p class="past-stream-facts">
      <DateTime at={stream.startedAt} language={language} />
      <span>{texts.length(formatUptime(stream.endedAt - stream.startedAt))}</span>
      <span>{texts.peak(stream.peakViewers)}</span>
    </p>
  );
};

/** Streams that are over, the latest first. */
export const PastStreams = (props: {
  streams: PastStreamProps[];
  language: Language;
  /** Where more is told of a stream. */
  hrefOf?: (id: string) => string;
}) => {
  return (
    <ul class="past-streams" role="list">
      {props.streams.map((stream) => (
        <li class="past-stream">
          <p class="past-stream-title" dir="auto">
            {props.hrefOf === undefined ? stream.title : <a href={props.hrefOf(stream.id)}>{stream.title}</a>}
          </p>
          <PastStreamFacts stream={stream} language={props.language} />
        </li>
      ))}
    </ul>
  );
};
