import type { Language } from "../contract/language.ts";
import { studioTexts } from "./studio-texts.ts";

export interface CurvePoint {
  /** Unix time, ms. */
  at: number;
  viewers: number;
}

const timeStyle = { dateStyle: "short", timeStyle: "short", timeZone: "UTC" } as const;
const times = { en: new Intl.DateTimeFormat("en", timeStyle), id: new Intl.DateTimeFormat("id", timeStyle) };

/**
 * How many watched over time: a table, which web/client/viewer-chart.ts draws as a curve. `isLive`: the curve goes on with
 * what the page hears of the viewers.
 */
export const ViewerCurve = (props: { points: CurvePoint[]; isLive: boolean; label: string; language: Language }) => {
  const texts = studioTexts[props.language];
  const time = times[props.language];
  const number = new Intl.NumberFormat(props.language);
  return (
    <viewer-chart
      class="viewer-chart"
      data-label={props.label}
      data-time={texts.time}
      data-viewers={texts.viewers}
      {...(props.isLive ? { "data-live": "" } : {})}
    >
      <div class="viewer-chart-picture" data-part="picture" role="img" aria-label={props.label}></div>
      <details class="viewer-table">
        <summary>{texts.asTable}</summary>
        <div class="viewer-table-scroll" tabindex={0} role="group" aria-label={props.label}>
          <table>
            <thead>
              <tr>
                <th scope="col">{texts.time}</th>
                <th scope="col">{texts.viewers}</th>
              </tr>
            </thead>
            <tbody>
              {props.points.map(({ at, viewers }) => (
                <tr data-at={at} data-count={viewers}>
                  <td>
                    <time datetime={new Date(at).toISOString()} data-date>
                      {time.format(at)}
                    </time>
                  </td>
                  <td>{number.format(viewers)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </details>
    </viewer-chart>
  );
};
