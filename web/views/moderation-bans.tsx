import { durationText } from "../contract/duration-text.ts";
import type { Language } from "../contract/language.ts";
import { Answer, answered, ListForm, type ListProps } from "./chat-moderation-lists.tsx";
import { Moment } from "./moderation-log.tsx";
import { type ModerationTexts, moderationTexts } from "./moderation-texts.ts";
import { Avatar } from "./poster.tsx";

export interface BanProps {
  name: string;
  /** Unix time, ms; null: for ever. */
  until: number | null;
  /** null: their account is gone. */
  by: string | null;
  reason: string | null;
  at: number;
}

/** How long a ban of the form may be, s. */
const timeouts = [600, 3_600, 86_400, 604_800];

const BanRow = ({ ban, path, language }: { ban: BanProps; path: string; language: Language }) => {
  const texts = moderationTexts[language];
  return (
    <li class="row">
      <Avatar name={ban.name} />
      <div class="row-text">
        <p class="row-title">{ban.name}</p>
        <p class="hint">
          {ban.until === null ? (
            texts.banned
          ) : (
            <>
              {texts.mayNotWriteUntil} <Moment at={ban.until} language={language} />
            </>
          )}
          , {texts.by} {ban.by ?? texts.somebodyGone}, <Moment at={ban.at} language={language} />
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
          {texts.unban}
          <span class="visually-hidden"> {ban.name}</span>
        </button>
      </ListForm>
    </li>
  );
};

/** Whom, how long and why. */
const BanFields = ({ answer, texts, language }: Omit<ListProps, "path"> & { texts: ModerationTexts }) => (
  <>
    <div class="field">
      <label for="banned">{texts.name}</label>
      <input
        type="text"
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
      <label for="ban-length">{texts.howLong}</label>
      <select id="ban-length" name="seconds">
        <option value="">{texts.forEver}</option>
        {timeouts.map((seconds) => (
          <option value={seconds} selected={String(seconds) === answer?.typed?.seconds}>
            {durationText(seconds, language)}
          </option>
        ))}
      </select>
    </div>
    <div class="field">
      <label for="ban-reason">{texts.why}</label>
      <input
        type="text"
        id="ban-reason"
        name="reason"
        maxlength={200}
        autocomplete="off"
        value={answer?.typed?.reason ?? ""}
      />
    </div>
  </>
);

interface BansProps extends ListProps {
  bans: BanProps[];
  /** Link to the next page. */
  more?: string | undefined;
}

export const Bans = ({ path, language, bans, answer, more }: BansProps) => {
  const texts = moderationTexts[language];
  return (
    <section id="chat-bans" class="panel moderation-list" aria-labelledby="bans-heading">
      <h2 id="bans-heading">{texts.bans}</h2>
      <Answer id="bans" answer={answer} />
      {bans.length === 0 ? (
        <p class="hint">{texts.noBans}</p>
      ) : (
        <ul class="rows" role="list">
          {bans.map((ban) => (
            <BanRow ban={ban} path={path} language={language} />
          ))}
        </ul>
      )}
      {more !== undefined && (
        <a class="button button-quiet" href={more}>
          {texts.moreBans}
        </a>
      )}
      <ListForm path={path} list="bans" act="ban" class="form ban-form">
        <BanFields answer={answer} texts={texts} language={language} />
        <button class="button button-danger" type="submit">
          {texts.keepFromWriting}
        </button>
      </ListForm>
      <p class="hint">{texts.bansHint}</p>
    </section>
  );
};
