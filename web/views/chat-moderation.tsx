import type { ChatSettings } from "../../signaling/contract/chat.ts";
import { chatCommandNames } from "../contract/chat-commands.ts";
import { durationText } from "../contract/duration-text.ts";
import type { Language } from "../contract/language.ts";
import { chatCommandTexts } from "./chat-command-texts.ts";
import { Answer, BlockedWords, type FormAnswer, Moderators, replacesWithLog } from "./chat-moderation-lists.tsx";
import { Layout, type PageProps } from "./layout.tsx";
import { type BanProps, Bans } from "./moderation-bans.tsx";
import { type LogEntryProps, ModerationLog } from "./moderation-log.tsx";
import { moderationTexts } from "./moderation-texts.ts";

export interface ChatModerationProps {
  channelName: string;
  /** As the streamer wants to be called. */
  displayName: string;
  settings: ChatSettings;
  blockedWords: string[];
  moderators: string[];
  /** Whether whoever looks at this may say who moderates. */
  canAppoint: boolean;
  bans: BanProps[];
  log: LogEntryProps[];
  /** Links to the next pages. */
  moreBans?: string | undefined;
  olderLog?: string | undefined;
  /** What the form that was sent says. */
  answers?: Partial<Record<ModerationForm, FormAnswer>>;
}

/** The forms of the page, which are fragments for a swap too. */
export type ModerationForm = "settings" | "words" | "moderators" | "bans";

/** What the form offers, s; what a slash command set beside these is kept. */
const slowChoices = [0, 3, 10, 30, 60, 300, 1_800, 3_600];
/** Minutes; null: whether they follow does not matter. */
const followerChoices = [null, 0, 10, 60, 1_440, 10_080, 43_200, 129_600];

const valueOf = (choice: number | null): string => (choice === null ? "" : String(choice));

/** What each field holds; a field that still says what it said when the form was made is left alone by the server. */
export const settingFields = (settings: ChatSettings) => ({
  slow: String(settings.slowSeconds),
  followers: settings.followersMinutes === null ? "" : String(settings.followersMinutes),
  "signed-in": settings.signedInOnly ? "on" : "",
  "emoji-only": settings.emojiOnly ? "on" : "",
  duplicates: settings.noDuplicates ? "on" : "",
  links: settings.noLinks ? "on" : "",
});
export type SettingField = keyof ReturnType<typeof settingFields>;

interface FieldProps {
  name: SettingField;
  label: string;
  value: string;
}

interface SelectProps<Choice> extends Omit<FieldProps, "value"> {
  chosen: Choice;
  choices: Choice[];
  textOf: (choice: Choice) => string;
}

const Select = <Choice extends number | null>({ name, label, chosen, choices, textOf }: SelectProps<Choice>) => (
  <div class="field">
    <label for={`chat-${name}`}>{label}</label>
    <select id={`chat-${name}`} name={name}>
      {[...choices, ...(choices.includes(chosen) ? [] : [chosen])].map((choice) => (
        <option value={valueOf(choice)} selected={choice === chosen}>
          {textOf(choice)}
        </option>
      ))}
    </select>
    <input type="hidden" name={`was-${name}`} value={valueOf(chosen)} />
  </div>
);

const Check = ({ name, label, value }: FieldProps) => (
  <label class="check">
    <input type="checkbox" name={name} value="on" checked={value === "on"} />
    <input type="hidden" name={`was-${name}`} value={value} />
    {label}
  </label>
);

interface RulesProps {
  path: string;
  language: Language;
  settings: ChatSettings;
  answer?: FormAnswer | undefined;
}

export const ChatRules = ({ path, language, settings, answer }: RulesProps) => {
  const texts = moderationTexts[language];
  const values = settingFields(settings);
  const followersText = (minutes: number | null): string => {
    if (minutes === null) return texts.everyone;
    return minutes === 0 ? texts.followers : texts.followersFor(durationText(minutes * 60, language));
  };
  return (
    <form
      id="chat-rules"
      class="form panel rules"
      method="post"
      action={`${path}/settings`}
      hx-post={`${path}/settings`}
      {...replacesWithLog("chat-rules")}
    >
      <h2>{texts.rules}</h2>
      <p class="hint">{texts.rulesHint}</p>
      <Answer id="settings" answer={answer} />
      <Select
        name="followers"
        label={texts.whoMayWrite}
        chosen={settings.followersMinutes}
        choices={followerChoices}
        textOf={followersText}
      />
      <Select
        name="slow"
        label={texts.slow}
        chosen={settings.slowSeconds}
        choices={slowChoices}
        textOf={(seconds) => (seconds === 0 ? texts.off : durationText(seconds, language))}
      />
      <fieldset class="checks">
        <legend class="visually-hidden">{texts.moreRules}</legend>
        <Check name="signed-in" label={texts.signedInOnly} value={values["signed-in"]} />
        <Check name="emoji-only" label={texts.emojiOnly} value={values["emoji-only"]} />
        <Check name="duplicates" label={texts.noDuplicates} value={values.duplicates} />
        <Check name="links" label={texts.noLinks} value={values.links} />
      </fieldset>
      <button
        class="button"
        type="submit"
        {...(answer === undefined
          ? {}
          : { autofocus: true, "aria-describedby": answer.isError ? "settings-error" : "settings-said" })}
      >
        {texts.saveRules}
      </button>
    </form>
  );
};

const Commands = ({ language }: { language: Language }) => (
  <section class="panel" aria-labelledby="commands-heading">
    <h2 id="commands-heading">{moderationTexts[language].commands}</h2>
    <p class="hint">{moderationTexts[language].commandsHint}</p>
    <dl class="commands">
      {chatCommandNames.map((name) => (
        <div>
          <dt class="code">{chatCommandTexts[language][name].usage}</dt>
          <dd>{chatCommandTexts[language][name].help}</dd>
        </div>
      ))}
    </dl>
  </section>
);

/** Where the forms of a channel's moderation page post to. */
export const moderationPath = (channelName: string): string => `/@${channelName}/chat/moderation`;

interface FragmentProps {
  language: Language;
  form: ModerationForm;
  moderation: ChatModerationProps;
}

const Form = ({ form, moderation, language }: FragmentProps) => {
  const { answers, settings, blockedWords, moderators, canAppoint, bans, moreBans } = moderation;
  const common = { path: moderationPath(moderation.channelName), language, answer: answers?.[form] };
  switch (form) {
    case "settings":
      return <ChatRules {...common} settings={settings} />;
    case "words":
      return <BlockedWords {...common} words={blockedWords} />;
    case "moderators":
      return <Moderators {...common} moderators={moderators} canAppoint={canAppoint} />;
    case "bans":
      return <Bans {...common} bans={bans} more={moreBans} />;
  }
};

/** The form that was sent and the log, for a swap. */
export const ModerationFragment = ({ form, moderation, language }: FragmentProps) => (
  <>
    <Form form={form} moderation={moderation} language={language} />
    <ModerationLog entries={moderation.log} more={moderation.olderLog} language={language} />
  </>
);

export const ChatModerationPage = ({ page, moderation }: { page: PageProps; moderation: ChatModerationProps }) => {
  const { channelName, displayName, log, olderLog } = moderation;
  const { language } = page;
  const texts = moderationTexts[language];
  return (
    <Layout page={page} title={texts.title(displayName)} scripts="forms" styles="desk">
      <div class="moderation">
        <div class="page-heading">
          <h1>{texts.title(displayName)}</h1>
          <a href={`/@${channelName}`}>{texts.openChannel}</a>
        </div>
        <div class="moderation-main">
          <Form form="settings" moderation={moderation} language={language} />
          <Form form="bans" moderation={moderation} language={language} />
          <ModerationLog entries={log} more={olderLog} language={language} />
        </div>
        <div class="moderation-aside">
          <Form form="moderators" moderation={moderation} language={language} />
          <Form form="words" moderation={moderation} language={language} />
          <Commands language={language} />
        </div>
      </div>
    </Layout>
  );
};
