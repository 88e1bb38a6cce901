import type { PropsWithChildren } from "hono/jsx";
import { Moment, somebodyGone } from "./moderation-log.tsx";
import { FormError, replaces } from "./parts.tsx";
import { Avatar } from "./poster.tsx";

/** What a form of the moderation page says after it was sent. */
export interface FormAnswer {
  message: string;
  isError: boolean;
  /** What was typed, where it was refused: a word or a name, and what goes with a ban. */
  typed?: { subject: string; seconds: string; reason: string };
}

/** htmx attributes of a form whose answer replaces the fragment `id`, and the log, which has one more entry then. */
export const replacesWithLog = (id: string) => ({ ...replaces(id), "hx-select-oob": "#log" });

/** A list and its form: `path` is where both post to. */
interface ListProps {
  path: string;
  answer?: FormAnswer | undefined;
}

/** A form that changes one of the lists: `act` is one of api/contract/chat-actions.ts, its other fields are the children. */
const ListForm = ({ path, list, act, class: className, children }: PropsWithChildren<ListFormProps>) => (
  <form
    {...(className === undefined ? {} : { class: className })}
    method="post"
    action={`${path}/${list}`}
    hx-post={`${path}/${list}`}
    {...replacesWithLog(`chat-${list}`)}
  >
    <input type="hidden" name="do" value={act} />
    {children}
  </form>
);

interface ListFormProps {
  path: string;
  list: "words" | "moderators" | "bans";
  act: string;
  class?: string;
}

export interface BanProps {
  name: string;
  /** Unix time, ms; null: for ever. */
  until: number | null;
  /** null: their account is gone. */
  by: string | null;
  reason: string | null;
  at: number;
}

export const Answer = ({ id, answer }: { id: string; answer: FormAnswer | undefined }) => (
  <>
    <FormError id={`${id}-error`} message={answer?.isError === true ? answer.message : undefined} />
    <p class="hint saved" id={`${id}-said`} role="status">
      {answer?.isError === false && answer.message}
    </p>
  </>
);

/**
 * Attributes of what gets the focus when a form was sent: the control that sent it is gone then. It is tied to what was
 * said.
 */
export const answered = (id: string, answer: FormAnswer | undefined) => {
  if (answer === undefined) return {};
  if (!answer.isError) return { autofocus: true, "aria-describedby": `${id}-said` };
  return { autofocus: true, "aria-invalid": "true", "aria-errormessage": `${id}-error` };
};

export const BlockedWords = ({ path, words, answer }: ListProps & { words: string[] }) => (
  <section id="chat-words" class="panel moderation-list" aria-labelledby="words-heading">
    <h2 id="words-heading">Blocked words</h2>
    <p class="hint">
      A message with one of these is not shown. A * at the end stands for any ending. Moderators are not bound by them.
    </p>
    <Answer id="words" answer={answer} />
    {words.length === 0 ? (
      <p class="hint">No word is blocked.</p>
    ) : (
      <ul class="chips" role="list">
        {words.map((word) => (
          <li>
            <ListForm path={path} list="words" act="unblock-word">
              <input type="hidden" name="word" value={word} />
              <bdi>{word}</bdi>
              <button class="button button-small button-quiet" type="submit">
                Unblock<span class="visually-hidden"> {word}</span>
              </button>
            </ListForm>
          </li>
        ))}
      </ul>
    )}
    <ListForm path={path} list="words" act="block-word" class="form">
      <div class="field">
        <label for="word">Word</label>
        <div class="field-row">
          <input
            id="word"
            name="word"
            required
            minlength={2}
            maxlength={50}
            autocomplete="off"
            value={answer?.typed?.subject ?? ""}
            {...answered("words", answer)}
          />
          <button class="button button-quiet" type="submit">
            Block
          </button>
        </div>
      </div>
    </ListForm>
  </section>
);

interface ModeratorsProps extends ListProps {
  moderators: string[];
  /** Whether whoever looks at this may change it: the streamer and administrators. */
  canAppoint: boolean;
}

export const Moderators = ({ path, moderators, canAppoint, answer }: ModeratorsProps) => (
  <section id="chat-moderators" class="panel moderation-list" aria-labelledby="moderators-heading">
    <h2 id="moderators-heading">Moderators</h2>
    <p class="hint">They remove messages, ban people and change these rules. Only the streamer says who they are.</p>
    <Answer id="moderators" answer={answer} />
    {moderators.length === 0 ? (
      <p class="hint">There is no moderator yet.</p>
    ) : (
      <ul class="rows" role="list">
        {moderators.map((name) => (
          <li class="row">
            <Avatar name={name} />
            <p class="row-text row-title">{name}</p>
            {canAppoint && (
              <ListForm path={path} list="moderators" act="unmod">
                <input type="hidden" name="person" value={name} />
                <button class="button button-small button-danger" type="submit">
                  Remove<span class="visually-hidden"> {name} as moderator</span>
                </button>
              </ListForm>
            )}
          </li>
        ))}
      </ul>
    )}
    {canAppoint && (
      <ListForm path={path} list="moderators" act="mod" class="form">
        <div class="field">
          <label for="moderator">Name</label>
          <div class="field-row">
            <input
              id="moderator"
              name="person"
              required
              maxlength={41}
              autocomplete="off"
              autocapitalize="none"
              spellcheck={false}
              value={answer?.typed?.subject ?? ""}
              {...answered("moderators", answer)}
            />
            <button class="button button-quiet" type="submit">
              Make moderator
            </button>
          </div>
        </div>
      </ListForm>
    )}
  </section>
);

const timeouts = [
  ["600", "10 minutes"],
  ["3600", "1 hour"],
  ["86400", "1 day"],
  ["604800", "1 week"],
] as const;

const BanRow = ({ ban, path }: { ban: BanProps; path: string }) => (
  <li class="row">
    <Avatar name={ban.name} />
    <div class="row-text">
      <p class="row-title">{ban.name}</p>
      <p class="hint">
        {ban.until === null ? (
          "Banned"
        ) : (
          <>
            May not write until <Moment at={ban.until} />
          </>
        )}
        , by {ban.by ?? somebodyGone}, <Moment at={ban.at} />
        {ban.reason !== null && (
          <>
            : <q>{ban.reason}</q>
          </>
        )}
      </p>
    </div>
    <ListForm path={path} list="bans" act="unban">
      <input type="hidden" name="person" value={ban.name} />
      <button class="button button-small button-quiet" type="submit">
        Unban<span class="visually-hidden"> {ban.name}</span>
      </button>
    </ListForm>
  </li>
);

interface BansProps extends ListProps {
  bans: BanProps[];
  /** Link to the next page. */
  more?: string | undefined;
}

export const Bans = ({ path, bans, answer, more }: BansProps) => (
  <section id="chat-bans" class="panel moderation-list" aria-labelledby="bans-heading">
    <h2 id="bans-heading">Bans and timeouts</h2>
    <Answer id="bans" answer={answer} />
    {bans.length === 0 ? (
      <p class="hint">Everybody may write.</p>
    ) : (
      <ul class="rows" role="list">
        {bans.map((ban) => (
          <BanRow ban={ban} path={path} />
        ))}
      </ul>
    )}
    {more !== undefined && (
      <a class="button button-quiet" href={more}>
        More bans
      </a>
    )}
    <ListForm path={path} list="bans" act="ban" class="form ban-form">
      <div class="field">
        <label for="banned">Name</label>
        <input
          id="banned"
          name="person"
          required
          maxlength={41}
          autocomplete="off"
          autocapitalize="none"
          spellcheck={false}
          value={answer?.typed?.subject ?? ""}
          {...answered("bans", answer)}
        />
      </div>
      <div class="field">
        <label for="ban-length">How long</label>
        <select id="ban-length" name="seconds">
          <option value="">For ever</option>
          {timeouts.map(([seconds, text]) => (
            <option value={seconds} selected={seconds === answer?.typed?.seconds}>
              {text}
            </option>
          ))}
        </select>
      </div>
      <div class="field">
        <label for="ban-reason">Why (for the log)</label>
        <input id="ban-reason" name="reason" maxlength={200} autocomplete="off" value={answer?.typed?.reason ?? ""} />
      </div>
      <button class="button button-danger" type="submit">
        Keep from writing
      </button>
    </ListForm>
    <p class="hint">Their messages of the last 24 hours are removed too.</p>
  </section>
);
