import type { CallMode } from "../../signaling/contract/call.ts";
import type { Language } from "../contract/language.ts";
import { PasswordAgain } from "./admin.tsx";
import { adminCallsTexts } from "./admin-calls-texts.ts";
import { type AdminFrameProps, AdminPage } from "./admin-frame.tsx";
import { Moment, query, Span, WindowForm, type WindowProps } from "./admin-calls-window.tsx";
import { duration, type FiguresProps, FiguresTable } from "./call-figures.tsx";

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
  frame: AdminFrameProps;
  window: WindowProps;
  calls: CallRow[];
  /** There were more in this window. */
  hasMore: boolean;
}

export interface AdminCallProps {
  frame: AdminFrameProps;
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

/** `/admin/calls`: the calls of a window of time, and how they went. */
export const AdminCallsPage = ({ frame, window, calls, hasMore }: AdminCallsProps) => {
  const { language } = frame.page;
  const texts = adminCallsTexts[language];
  return (
    <AdminPage {...frame} tab="calls" title={texts.title}>
      <div class="admin-calls">
        <WindowForm language={language} path="/admin/calls" window={window} />
        <section class="panel" aria-labelledby="calls-heading">
          <h2 id="calls-heading">{texts.calls}</h2>
          {calls.length === 0 ? (
            <p class="hint">{texts.nobody}</p>
          ) : (
            <>
              <p class="hint">
                {texts.howToRead} {texts.sampled}
              </p>
              <FiguresTable
                language={language}
                caption={texts.callsCaption}
                heads={[texts.heads.call, texts.heads.host, texts.heads.when, texts.heads.people]}
                rows={calls.map(({ id, name, hostName, endedAt, people, firstSeenAt, lastSeenAt, figures }) => ({
                  cells: [
                    <a href={`/admin/calls/${id}${query(window)}`}>
                      <bdi title={name}>{name}</bdi>
                    </a>,
                    hostName ?? texts.aGuest,
                    <>
                      <Span from={firstSeenAt} to={lastSeenAt} language={language} />
                      {endedAt === null && <span class="hint"> {texts.open}</span>}
                    </>,
                    people,
                  ],
                  figures,
                }))}
                isBrief
              />
              {hasMore && <p class="hint">{texts.latest}</p>}
            </>
          )}
        </section>
      </div>
    </AdminPage>
  );
};

const EndNow = ({ id, next, text }: { id: string; next: string; text: string }) => (
  <form method="post" action={`/rooms/${id}/end`}>
    <input type="hidden" name="next" value={next} />
    <button class="button button-small button-danger" type="submit">
      {text}
    </button>
  </form>
);

const People = ({ people, language }: Pick<AdminCallProps, "people"> & { language: Language }) => {
  const texts = adminCallsTexts[language];
  return (
    <div class="table-scroll" role="region" aria-label={texts.whoWasThere} tabindex={0}>
      <table class="figures-table">
        <thead>
          <tr>
            <th scope="col">{texts.peopleHeads.name}</th>
            <th scope="col">{texts.peopleHeads.came}</th>
            <th scope="col">{texts.peopleHeads.lastSeen}</th>
            <th scope="col" class="number">
              {texts.peopleHeads.time}
            </th>
          </tr>
        </thead>
        <tbody>
          {people.map(({ name, isGuest, firstSeenAt, lastSeenAt }) => (
            <tr>
              <th scope="row">
                <bdi title={name}>{name}</bdi>
                {isGuest && <span class="hint"> {texts.guest}</span>}
              </th>
              <td>
                <Moment at={firstSeenAt} language={language} />
              </td>
              <td>
                <Moment at={lastSeenAt} language={language} />
              </td>
              <td class="number">{duration(lastSeenAt - firstSeenAt, language)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
};

const CallFacts = ({ call, language }: Pick<AdminCallProps, "call"> & { language: Language }) => {
  const texts = adminCallsTexts[language];
  return (
    <p class="hint">
      {call.mode === "stage" ? texts.stage : texts.meeting}, {texts.madeBy(call.hostName ?? texts.aGuest)},{" "}
      {call.endedAt === null ? (
        texts.open
      ) : (
        <>
          {texts.ended} <Moment at={call.endedAt} language={language} /> UTC
        </>
      )}
      . {texts.itsCode} <span class="code">{call.id}</span>
    </p>
  );
};

/** `/admin/calls/:id`: how one call went, for each who measured. */
export const AdminCallPage = (props: AdminCallProps) => {
  const { frame, window, call, figures, pairs, people, hasMore, needsPassword } = props;
  const { language } = frame.page;
  const texts = adminCallsTexts[language];
  const path = `/admin/calls/${call.id}`;
  const here = path + query(window);
  const heading = (
    <div class="page-heading">
      <h1>
        <bdi>{call.name}</bdi>
      </h1>
      <nav class="page-links" aria-label={texts.calls}>
        <a href={`/admin/calls${query(window)}`}>{texts.allCalls}</a>
      </nav>
    </div>
  );
  return (
    <AdminPage {...frame} tab="calls" title={call.name} heading={heading}>
      <div class="admin-calls">
        <CallFacts call={call} language={language} />
        {call.endedAt === null &&
          (needsPassword ? (
            <PasswordAgain page={frame.page} error={undefined} path={here} />
          ) : (
            <EndNow id={call.id} next={here} text={texts.end} />
          ))}
        <WindowForm language={language} path={path} window={window} />
        <section class="panel" aria-labelledby="whole-heading">
          <h2 id="whole-heading">{texts.whole}</h2>
          {figures.samples === 0 ? (
            <p class="hint">{texts.nothingMeasured}</p>
          ) : (
            <>
              <p class="hint">{texts.howToRead}</p>
              <FiguresTable
                language={language}
                caption={texts.wholeCaption}
                heads={[texts.heads.samples]}
                rows={[{ cells: [figures.samples.toLocaleString(language)], figures }]}
              />
              <p>
                <a class="button button-small button-quiet" href={`${path}.csv${query(window)}`} download>
                  {texts.csv}
                </a>
              </p>
            </>
          )}
        </section>
        {pairs.length > 0 && (
          <section class="panel" aria-labelledby="pairs-heading">
            <h2 id="pairs-heading">{texts.each}</h2>
            <p class="hint">{texts.eachHint}</p>
            <FiguresTable
              language={language}
              caption={texts.eachCaption}
              heads={[texts.heads.receivedBy, texts.heads.from]}
              rows={pairs.map((pair) => ({
                cells: [<bdi title={pair.from}>{pair.from}</bdi>, <bdi title={pair.to}>{pair.to}</bdi>],
                figures: pair,
              }))}
            />
          </section>
        )}
        {people.length > 0 && (
          <section class="panel" aria-labelledby="people-heading">
            <h2 id="people-heading">{texts.people}</h2>
            <p class="hint">{texts.peopleHint}</p>
            <People people={people} language={language} />
          </section>
        )}
        {hasMore && <p class="hint">{texts.more}</p>}
      </div>
    </AdminPage>
  );
};
