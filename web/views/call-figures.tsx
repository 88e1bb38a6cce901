import type { Child } from "hono/jsx";
import type { Language } from "../contract/language.ts";
import { adminCallsTexts } from "./admin-calls-texts.ts";

/** Half of the samples, and 95 of 100, are at or below it. */
interface Spread {
  p50: number;
  p95: number;
}

/** What was measured of some connections. Times in ms, shares 0 to 1; null: unknown. */
export interface FiguresProps {
  samples: number;
  measuredMs: number;
  /** Of that: over a relay, and without any path. */
  relayedMs: number;
  withoutPathMs: number;
  freezes: number;
  freezeMs: number;
  receivedBitsPerSecond: Spread | null;
  lossIn: Spread | null;
  jitterMs: Spread | null;
  roundTripMs: Spread | null;
}

const styles = {
  percent: { style: "percent", maximumFractionDigits: 1 },
  whole: { maximumFractionDigits: 0 },
  fine: { maximumFractionDigits: 1 },
} as const;
const formatIn = (language: Language, style: keyof typeof styles, value: number): string =>
  new Intl.NumberFormat(language, styles[style]).format(value);

/** Such as `2 h 5 min`, `45 s`. */
export function duration(ms: number, language: Language): string {
  const texts = adminCallsTexts[language];
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return texts.seconds(seconds);
  const minutes = Math.round(seconds / 60);
  return minutes < 60 ? texts.minutes(minutes) : texts.hours(Math.floor(minutes / 60), minutes % 60);
}

const spread = (value: Spread | null, format: (value: number) => string): string =>
  value === null ? "–" : `${format(value.p50)} / ${format(value.p95)}`;

interface Column {
  name: string;
  unit: string;
  value: (figures: FiguresProps) => string;
  /** A sum over all samples: a list of many calls has only some of them. */
  isSum?: true;
}

/** The columns of a table of figures: what they are called, in which unit, and what they say. */
function columnsIn(language: Language): Column[] {
  const texts = adminCallsTexts[language];
  const percent = (value: number): string => formatIn(language, "percent", value);
  const milliseconds = (ms: number): string => formatIn(language, ms < 10 ? "fine" : "whole", ms);
  const bitrate = (bitsPerSecond: number): string =>
    bitsPerSecond >= 1_000_000
      ? `${formatIn(language, "fine", bitsPerSecond / 1_000_000)} M`
      : `${formatIn(language, "whole", bitsPerSecond / 1000)} k`;
  const share = (part: number, all: number): string => (all === 0 ? "–" : percent(part / all));
  const freezes = (count: number, ms: number): string =>
    count === 0 ? "0" : `${formatIn(language, "whole", count)}, ${duration(ms, language)}`;
  return [
    { name: texts.measured, unit: "", value: ({ measuredMs }) => duration(measuredMs, language), isSum: true },
    {
      name: texts.received,
      unit: "bit/s",
      value: ({ receivedBitsPerSecond }) => spread(receivedBitsPerSecond, bitrate),
    },
    { name: texts.loss, unit: "", value: ({ lossIn }) => spread(lossIn, percent) },
    { name: texts.jitter, unit: "ms", value: ({ jitterMs }) => spread(jitterMs, milliseconds) },
    { name: texts.roundTrip, unit: "ms", value: ({ roundTripMs }) => spread(roundTripMs, milliseconds) },
    { name: texts.freezes, unit: "", value: (figures) => freezes(figures.freezes, figures.freezeMs), isSum: true },
    { name: texts.relayed, unit: "", value: ({ relayedMs, measuredMs }) => share(relayedMs, measuredMs) },
    { name: texts.noPath, unit: "", value: ({ withoutPathMs, measuredMs }) => share(withoutPathMs, measuredMs) },
  ];
}

/** Names in front of the figures, and what stands in each line. */
interface FiguresTableProps {
  language: Language;
  caption: string;
  heads: string[];
  rows: { cells: Child[]; figures: FiguresProps }[];
  /** For a list of calls. */
  isBrief?: boolean;
}

/** A table of figures, which scrolls sideways by itself where it is too wide. */
export const FiguresTable = ({ language, caption, heads, rows, isBrief }: FiguresTableProps) => {
  const shown = columnsIn(language).filter(({ isSum }) => isBrief !== true || isSum !== true);
  return (
    <div class="table-scroll" role="region" aria-label={caption} tabindex={0}>
      <table class="figures-table">
        <caption class="visually-hidden">{caption}</caption>
        <thead>
          <tr>
            {heads.map((head) => (
              <th scope="col">{head}</th>
            ))}
            {shown.map(({ name, unit }) => (
              <th scope="col" class="number">
                {name}
                {unit !== "" && <span class="unit"> {unit}</span>}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ cells, figures }) => (
            <tr>
              {cells.map((cell, index) => (index === 0 ? <th scope="row">{cell}</th> : <td>{cell}</td>))}
              {shown.map(({ value }) => (
                <td class="number">{value(figures)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
};
