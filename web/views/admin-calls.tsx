import type { CallMode } from "../../signaling/contract/call.ts";
import { PasswordAgain } from "./admin.tsx";
import { duration, type FiguresProps, FiguresTable } from "./call-figures.tsx";
import { Layout, type PageProps } from "./layout.tsx";
import { FormError } from "./parts.tsx";

/** The time that a page about calls is about. */
export interface WindowProps {
  /** As the form has them: `2026-11-21T14:00`, UTC. */
  from: string;
  to: string;
  error?: string;
}

interface CallRow {
  id: string;
  name: string;
  /** null: a guest's. */
  hostName: string | null;
  /** Unix time, ms, like the others; null: it is open. */
  endedAt: number | null;
  people: number;
  firstSeenAt: number;
  lastSeenAt: number;
  figures: FiguresProps;
}

export interface AdminCallsProps {
  page: PageProps;
  window: WindowProps;
  calls: CallRow[];
  /** There were more in this window. */
  hasMore: boolean;
}

export interface AdminCallProps {
  page: PageProps;
  window: WindowProps;
  call: { id: string; name: string; mode: CallMode; hostName: string | null; endedAt: number | null };
  figures: FiguresProps;
  pairs: (FiguresProps & { from: string; to: string })[];
  people: { name: string; isGuest: boolean; firstSeenAt: number; lastSeenAt: number }[];
  /** There were more pairs, or people, in this window. */
  hasMore: boolean;
  /** The password was not typed lately: the call cannot be ended before. */
  needsPassword: boolean;
}

const moment = new Intl.DateTimeFormat("en-GB", {
  day: "numeric",
  month: "short",
  hour: "2-digit",
  minute: "2-digit",
  timeZone: "UTC",
});
const hour = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: "UTC" });
const Moment = ({ at }: { at: number }) => <time datetime={new Date(at).toISOString()}>{moment.format(at)}</time>;

/** From one moment to another, which is often on the same day. */
const Span = ({ from, to }: { from: number; to: number }) => {
  const isSameDay = new Date(from).toISOString().slice(0, 10) === new Date(to).toISOString().slice(0, 10);
  return (
    <>
      <Moment at={from} />
      {" – "}
      <time datetime={new Date(to).toISOString()}>{(isSameDay ? hour : moment).format(to)}</time>
    </>
  );
};

const spans: [name: string, ms: number][] = [
  ["hour", 3_600_000],
  ["24 hours", 86_400_000],
  ["7 days", 604_800_000],
  ["30 days", 2_592_000_000],
];

const WindowForm = ({ path, window: { from, to, error } }: { path: string; window: WindowProps }) => (
  <form class="panel window-form" method="get" action={path}>
    <FormError id="window-error" message={error} />
    <div class="window-fields">
      <div class="field">
        <label for="window-from">From (UTC)</label>
        <input id="window-from" name="from" type="datetime-local" value={from} required />
      </div>
      <div class="field">
        <label for="window-to">To (UTC)</label>
        <input id="window-to" name="to" type="datetime-local" value={to} required />
      </div>
      <button class="button" type="submit">
        Show
      </button>
    </div>
    <p class="hint">
      The last{" "}
      {spans.map(([name, ms], index) => (
        <>
          {index > 0 && " · "}
          <a href={`${path}?last=${ms}`}>{name}</a>
        </>
      ))}
    </p>
  </form>
);

const query = ({ from, to }: WindowProps): string => `?from=${encodeURIComponent(from)}&to=${encodeURIComponent(to)}`;

const howToRead =
  "Two figures are p50 and p95: half of the samples, and 95 of 100, are no higher. A sample is of about 10 s.";

/** `/admin/calls`: the calls of a window of time, and how they went. */
export const AdminCallsPage = ({ page, window, calls, hasMore }: AdminCallsProps) => (
  <Layout page={page} title="Quality of calls">
    <div class="admin admin-calls">
      <div class="page-heading">
        <h1>Quality of calls</h1>
        <nav class="page-links" aria-label="Administration">
          <a href="/admin">People and streams</a>
        </nav>
      </div>
      <WindowForm path="/admin/calls" window={window} />
      <section class="panel" aria-labelledby="calls-heading">
        <h2 id="calls-heading">Calls</h2>
        {calls.length === 0 ? (
          <p class="hint">Nobody was in a call at that time.</p>
        ) : (
          <>
            <p class="hint">{howToRead} Times are UTC. Of long windows some samples are left out.</p>
            <FiguresTable
              caption="Figures of calls, the latest first"
              heads={["Call", "Host", "When", "People"]}
              rows={calls.map(({ id, name, hostName, endedAt, people, firstSeenAt, lastSeenAt, figures }) => ({
                cells: [
                  <a href={`/admin/calls/${id}${query(window)}`}>
                    <bdi title={name}>{name}</bdi>
                  </a>,
                  hostName ?? "a guest",
                  <>
                    <Span from={firstSeenAt} to={lastSeenAt} />
                    {endedAt === null && <span class="hint"> open</span>}
                  </>,
                  people,
                ],
                figures,
              }))}
              isBrief
            />
            {hasMore && <p class="hint">These are the latest. Choose a shorter window to see the others.</p>}
          </>
        )}
      </section>
    </div>
  </Layout>
);

const EndNow = ({ id, next }: { id: string; next: string }) => (
  <form method="post" action={`/rooms/${id}/end`}>
    <input type="hidden" name="next" value={next} />
    <button class="button button-small button-danger" type="submit">
      End this call now
    </button>
  </form>
);

const People = ({ people }: Pick<AdminCallProps, "people">) => (
  <div class="table-scroll" role="region" aria-label="Who was there" tabindex={0}>
    <table class="figures-table">
      <thead>
        <tr>
          <th scope="col">Name</th>
          <th scope="col">Came</th>
          <th scope="col">Last seen</th>
          <th scope="col" class="number">
            Time
          </th>
        </tr>
      </thead>
      <tbody>
        {people.map(({ name, isGuest, firstSeenAt, lastSeenAt }) => (
          <tr>
            <th scope="row">
              <bdi title={name}>{name}</bdi>
              {isGuest && <span class="hint"> guest</span>}
            </th>
            <td>
              <Moment at={firstSeenAt} />
            </td>
            <td>
              <Moment at={lastSeenAt} />
            </td>
            <td class="number">{duration(lastSeenAt - firstSeenAt)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  </div>
);

/** `/admin/calls/:id`: how one call went, for each who measured. */
export const AdminCallPage = (props: AdminCallProps) => {
  const { page, window, call, figures, pairs, people, hasMore, needsPassword } = props;
  const path = `/admin/calls/${call.id}`;
  const here = path + query(window);
  return (
    <Layout page={page} title={call.name}>
      <div class="admin admin-calls">
        <div class="page-heading">
          <h1>
            <bdi>{call.name}</bdi>
          </h1>
          <nav class="page-links" aria-label="Administration">
            <a href={`/admin/calls${query(window)}`}>All calls</a>
          </nav>
        </div>
        <p class="hint">
          {call.mode === "stage" ? "One-way stage" : "Meeting"}, made by {call.hostName ?? "a guest"},{" "}
          {call.endedAt === null ? (
            "open"
          ) : (
            <>
              ended <Moment at={call.endedAt} /> UTC
            </>
          )}
          . Its code is <span class="code">{call.id}</span>
        </p>
        {call.endedAt === null &&
          (needsPassword ? (
            <PasswordAgain page={page} error={undefined} path={here} />
          ) : (
            <EndNow id={call.id} next={here} />
          ))}
        <WindowForm path={path} window={window} />
        <section class="panel" aria-labelledby="whole-heading">
          <h2 id="whole-heading">The whole call</h2>
          {figures.samples === 0 ? (
            <p class="hint">Nothing was measured at that time.</p>
          ) : (
            <>
              <p class="hint">{howToRead}</p>
              <FiguresTable
                caption="Figures of the whole call"
                heads={["Samples"]}
                rows={[{ cells: [figures.samples.toLocaleString("en")], figures }]}
              />
              <p>
                <a class="button button-small button-quiet" href={`${path}.csv${query(window)}`} download>
                  All samples as CSV
                </a>
              </p>
            </>
          )}
        </section>
        {pairs.length > 0 && (
          <section class="panel" aria-labelledby="pairs-heading">
            <h2 id="pairs-heading">Each connection</h2>
            <p class="hint">What the first of the two received from the other, as the first measured it.</p>
            <FiguresTable
              caption="Figures of each connection, as one of the two measured it"
              heads={["Received by", "From"]}
              rows={pairs.map((pair) => ({
                cells: [<bdi title={pair.from}>{pair.from}</bdi>, <bdi title={pair.to}>{pair.to}</bdi>],
                figures: pair,
              }))}
            />
          </section>
        )}
        {people.length > 0 && (
          <section class="panel" aria-labelledby="people-heading">
            <h2 id="people-heading">People</h2>
            <p class="hint">Each device by itself. Times are UTC.</p>
            <People people={people} />
          </section>
        )}
        {hasMore && <p class="hint">There were more at that time. Choose a shorter window to see them.</p>}
      </div>
    </Layout>
  );
};
