import type { PropsWithChildren } from "hono/jsx";
import type { Language } from "../contract/language.ts";
import { moderationTexts } from "./moderation-texts.ts";
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
export interface ListProps {
  path: string;
  language: Language;
  answer?: FormAnswer | undefined;
}

/** A form that changes one of the lists: `act` is one of api/contract/chat-actions.ts, its other fields are the children. */
export const ListForm = ({ path, list, act, class: className, children }: PropsWithChildren<ListFormProps>) => (
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

export const BlockedWords = ({ path, language, words, answer }: ListProps & { words: string[] }) => {
  const texts = moderationTexts[language];
  return (
    <section id="chat-words" class="panel moderation-list" aria-labelledby="words-heading">
      <h2 id="words-heading">{texts.words}</h2>
      <p class="hint">{texts.wordsHint}</p>
      <Answer id="words" answer={answer} />
      {words.length === 0 ? (
        <p class="hint">{texts.noWords}</p>
      ) : (
        <ul class="chips" role="list">
          {words.map((word) => (
            <li>
              <ListForm path={path} list="words" act="unblock-word">
                <input type="hidden" name="word" value={word} />
                <bdi>{word}</bdi>
                <button class="button button-small button-quiet" type="submit">
                  {texts.unblock}
                  <span class="visually-hidden"> {word}</span>
                </button>
              </ListForm>
            </li>
          ))}
        </ul>
      )}
      <ListForm path={path} list="words" act="block-word" class="form">
        <div class="field">
          <label for="word">{texts.word}</label>
          <div class="field-row">
            <input
              type="text"
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
              {texts.block}
            </button>
          </div>
        </div>
      </ListForm>
    </section>
  );
};

interface ModeratorsProps extends ListProps {
  moderators: string[];
  /** Whether whoever looks at this may change it: the streamer and administrators. */
  canAppoint: boolean;
}

export const Moderators = ({ path, language, moderators, canAppoint, answer }: ModeratorsProps) => {
  const texts = moderationTexts[language];
  return (
    <section id="chat-moderators" class="panel moderation-list" aria-labelledby="moderators-heading">
      <h2 id="moderators-heading">{texts.moderators}</h2>
      <p class="hint">{texts.moderatorsHint}</p>
      <Answer id="moderators" answer={answer} />
      {moderators.length === 0 ? (
        <p class="hint">{texts.noModerators}</p>
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
                    {texts.remove}
                    <span class="visually-hidden">
                      {" "}
                      {name} {texts.asModerator}
                    </span>
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
            <label for="moderator">{texts.name}</label>
            <div class="field-row">
              <input
                type="text"
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
                {texts.makeModerator}
              </button>
            </div>
          </div>
        </ListForm>
      )}
    </section>
  );
};
