import type { Child } from "hono/jsx";

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

const percent = new Intl.NumberFormat("en", { style: "percent", maximumFractionDigits: 1 });
const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
const fine = new Intl.NumberFormat("en", { maximumFractionDigits: 1 });

const milliseconds = (ms: number): string => (ms < 10 ? fine : whole).format(ms);
const bitrate = (bitsPerSecond: number): string =>
  bitsPerSecond >= 1_000_000
    ? `${fine.format(bitsPerSecond / 1_000_000)} M`
    : `${whole.format(bitsPerSecond / 1000)} k`;
const share = (part: number, all: number): string => (all === 0 ? "–" : percent.format(part / all));

/** Such as `2 h 5 min`, `45 s`. */
export function duration(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

const spread = (value: Spread | null, format: (value: number) => string): string =>
  value === null ? "–" : `${format(value.p50)} / ${format(value.p95)}`;

/** The columns of a table of figures: what they are called, in which unit, and what they say. */
const columns: [name: string, unit: string, value: (figures: FiguresProps) => string][] = [
  ["Measured", "", ({ measuredMs }) => duration(measuredMs)],
  ["Received", "bit/s", (figures) => spread(figures.receivedBitsPerSecond, bitrate)],
  ["Loss", "", (figures) => spread(figures.lossIn, percent.format)],
  ["Jitter", "ms", (figures) => spread(figures.jitterMs, milliseconds)],
  ["Round trip", "ms", (figures) => spread(figures.roundTripMs, milliseconds)],
  ["Freezes", "", ({ freezes, freezeMs }) => (freezes === 0 ? "0" : `${whole.format(freezes)}, ${duration(freezeMs)}`)],
  ["Relayed", "", ({ relayedMs, measuredMs }) => share(relayedMs, measuredMs)],
  ["No path", "", ({ withoutPathMs, measuredMs }) => share(withoutPathMs, measuredMs)],
];
/** Sums are of all samples: a list of many calls has only some of them. */
const ofSums = new Set(["Measured", "Freezes"]);
const briefColumns = columns.filter(([name]) => !ofSums.has(name));

/** Names in front of the figures, and what stands in each line. */
interface FiguresTableProps {
  caption: string;
  heads: string[];
  rows: { cells: Child[]; figures: FiguresProps }[];
  /** For a list of calls. */
  isBrief?: boolean;
}

/** A table of figures, which scrolls sideways by itself where it is too wide. */
export const FiguresTable = ({ caption, heads, rows, isBrief }: FiguresTableProps) => {
  const shown = isBrief === true ? briefColumns : columns;
  return (
    <div class="table-scroll" role="region" aria-label={caption} tabindex={0}>
      <table class="figures-table">
        <caption class="visually-hidden">{caption}</caption>
        <thead>
          <tr>
            {heads.map((head) => (
              <th scope="col">{head}</th>
            ))}
            {shown.map(([name, unit]) => (
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
              {shown.map(([, , value]) => (
                <td class="number">{value(figures)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
};
