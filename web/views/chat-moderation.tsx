import type { ChatSettings } from "../../signaling/contract/chat.ts";
import { chatCommands } from "../contract/chat-commands.ts";
import {
  Answer,
  type BanProps,
  Bans,
  BlockedWords,
  type FormAnswer,
  Moderators,
  replacesWithLog,
} from "./chat-moderation-lists.tsx";
import { Layout, type PageProps } from "./layout.tsx";
import { type LogEntryProps, ModerationLog } from "./moderation-log.tsx";

export interface ChatModerationProps {
  channelName: string;
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

type Choice = [value: string, text: string];

const slowChoices: Choice[] = [
  ["0", "Off"],
  ["3", "3 seconds"],
  ["10", "10 seconds"],
  ["30", "30 seconds"],
  ["60", "1 minute"],
  ["300", "5 minutes"],
  ["1800", "30 minutes"],
  ["3600", "1 hour"],
];
const followerChoices: Choice[] = [
  ["", "Everyone who is signed in"],
  ["0", "Followers"],
  ["10", "Followers for 10 minutes or longer"],
  ["60", "Followers for 1 hour or longer"],
  ["1440", "Followers for 1 day or longer"],
  ["10080", "Followers for 1 week or longer"],
  ["43200", "Followers for 30 days or longer"],
  ["129600", "Followers for 90 days or longer"],
];

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

/** A choice that a slash command made and that is none of ours is kept. */
const Select = ({ name, label, value, choices, other }: FieldProps & { choices: Choice[]; other: string }) => (
  <div class="field">
    <label for={`chat-${name}`}>{label}</label>
    <select id={`chat-${name}`} name={name}>
      {[...choices, ...(choices.some(([each]) => each === value) ? [] : [[value, other] as Choice])].map(
        ([each, text]) => (
          <option value={each} selected={each === value}>
            {text}
          </option>
        ),
      )}
    </select>
    <input type="hidden" name={`was-${name}`} value={value} />
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
  settings: ChatSettings;
  answer?: FormAnswer | undefined;
}

export const ChatRules = ({ path, settings, answer }: RulesProps) => {
  const values = settingFields(settings);
  const { slowSeconds, followersMinutes } = settings;
  return (
    <form
      id="chat-rules"
      class="form panel rules"
      method="post"
      action={`${path}/settings`}
      hx-post={`${path}/settings`}
      {...replacesWithLog("chat-rules")}
    >
      <h2>Rules</h2>
      <p class="hint">
        They hold at once in every open chat. Moderators, the streamer and administrators are free of them.
      </p>
      <Answer id="settings" answer={answer} />
      <Select
        name="followers"
        label="Who may write"
        value={values.followers}
        choices={followerChoices}
        other={`Followers for ${followersMinutes} minutes or longer`}
      />
      <Select
        name="slow"
        label="Slow mode: time between two messages of one person"
        value={values.slow}
        choices={slowChoices}
        other={`${slowSeconds} seconds`}
      />
      <fieldset class="checks">
        <legend class="visually-hidden">More rules</legend>
        <Check name="signed-in" label="Only people who are signed in see the chat" value={values["signed-in"]} />
        <Check name="emoji-only" label="Emoji only" value={values["emoji-only"]} />
        <Check
          name="duplicates"
          label="Nobody may say the same thing twice within 30 seconds"
          value={values.duplicates}
        />
        <Check name="links" label="No links" value={values.links} />
      </fieldset>
      <button
        class="button"
        type="submit"
        {...(answer === undefined
          ? {}
          : { autofocus: true, "aria-describedby": answer.isError ? "settings-error" : "settings-said" })}
      >
        Save rules
      </button>
    </form>
  );
};

const Commands = () => (
  <section class="panel" aria-labelledby="commands-heading">
    <h2 id="commands-heading">Commands</h2>
    <p class="hint">To be typed in the chat instead of a message.</p>
    <dl class="commands">
      {chatCommands.map(({ usage, help }) => (
        <div>
          <dt class="code">{usage}</dt>
          <dd>{help}</dd>
        </div>
      ))}
    </dl>
  </section>
);

/** Where the forms of a channel's moderation page post to. */
export const moderationPath = (channelName: string): string => `/@${channelName}/chat/moderation`;

interface FragmentProps {
  form: ModerationForm;
  moderation: ChatModerationProps;
}

const Form = ({ form, moderation }: FragmentProps) => {
  const { answers, settings, blockedWords, moderators, canAppoint, bans, moreBans } = moderation;
  const common = { path: moderationPath(moderation.channelName), answer: answers?.[form] };
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
export const ModerationFragment = ({ form, moderation }: FragmentProps) => (
  <>
    <Form form={form} moderation={moderation} />
    <ModerationLog entries={moderation.log} more={moderation.olderLog} />
  </>
);

export const ChatModerationPage = ({ page, moderation }: { page: PageProps; moderation: ChatModerationProps }) => {
  const { channelName, log, olderLog } = moderation;
  return (
    <Layout page={page} title={`Chat of ${channelName}`} scripts="forms">
      <div class="moderation">
        <div class="page-heading">
          <h1>Chat of {channelName}</h1>
          <a href={`/@${channelName}`}>Open the channel page</a>
        </div>
        <div class="moderation-main">
          <Form form="settings" moderation={moderation} />
          <Form form="bans" moderation={moderation} />
          <ModerationLog entries={log} more={olderLog} />
        </div>
        <div class="moderation-aside">
          <Form form="moderators" moderation={moderation} />
          <Form form="words" moderation={moderation} />
          <Commands />
        </div>
      </div>
    </Layout>
  );
};
