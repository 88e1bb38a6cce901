import type { Language } from "../contract/language.ts";
import { FormError, Icon, PasswordAgainFields, replaces } from "./parts.tsx";
import { studioTexts } from "./studio-texts.ts";

type Texts = (typeof studioTexts)[Language];

export interface KeyPanelProps {
  language: Language;
  /** null: hidden. Not called `key`: JSX keeps that name for itself. */
  streamKey: string | null;
  /** The password was not typed lately. */
  needsPassword?: boolean;
  error?: string | undefined;
  /** The key has just been made. */
  isNew?: boolean;
}

const KeyPassword = ({ error, texts }: { error: string | undefined; texts: Texts }) => (
  <form class="form" method="post" action="/confirm" hx-post="/confirm" {...replaces("stream-key")}>
    <PasswordAgainFields label={texts.keyPassword} next="/studio" error={error} hasFocus />
  </form>
);

const KeyButtons = ({ isShown, texts }: { isShown: boolean; texts: Texts }) => (
  <div class="button-row">
    {!isShown && (
      <form method="post" action="/studio/key/show" hx-post="/studio/key/show" {...replaces("stream-key")}>
        <button class="button button-quiet" type="submit">
          <Icon name="eye" />
          {texts.showKey}
        </button>
      </form>
    )}
    <form
      method="post"
      action="/studio/key/new"
      hx-post="/studio/key/new"
      hx-confirm={texts.newKeySure}
      {...replaces("stream-key")}
    >
      <button class="button button-quiet" type="submit">
        <Icon name="renew" />
        {texts.newKey}
      </button>
    </form>
  </div>
);

/**
 * The stream key: hidden, shown, or behind the password. The button that asked for it is gone then: `autofocus` leads
 * whoever goes by keyboard to what came in its place.
 */
export const KeyPanel = ({ language, streamKey, needsPassword, error, isNew }: KeyPanelProps) => {
  const texts = studioTexts[language];
  return (
    <div id="stream-key" class="stream-key">
      {needsPassword === true ? (
        <KeyPassword error={error} texts={texts} />
      ) : (
        <>
          <FormError id="key-error" message={error} />
          <label for="key">{texts.streamKey}</label>
          <div class="field-row">
            <input
              type="text"
              id="key"
              class="code"
              value={streamKey ?? "••••••••••••••••••••••••"}
              readonly
              autocomplete="off"
              spellcheck={false}
              {...(streamKey === null ? { "aria-describedby": "key-hint" } : { autofocus: true })}
            />
            {streamKey !== null && <CopyButton of="key" texts={texts} />}
          </div>
          <p class="hint" id="key-hint">
            {streamKey === null ? texts.keyHidden : isNew === true ? texts.keyNew : texts.keyShown}
          </p>
          <KeyButtons isShown={streamKey !== null} texts={texts} />
        </>
      )}
    </div>
  );
};

const CopyButton = ({ of, texts }: { of: string; texts: Texts }) => (
  <button
    class="button button-quiet copy"
    type="button"
    data-copy={of}
    data-label-copied={texts.copied}
    data-label-selected={texts.selected}
  >
    <Icon name="copy" />
    <span data-label aria-live="polite">
      {texts.copy}
    </span>
  </button>
);

const ServerAddresses = ({ urls, texts }: { urls: string[]; texts: Texts }) => (
  <div class="form">
    {urls.map((url, index) => (
      <div class="field">
        <label for={`server-${index}`}>
          {index === 0 ? texts.server : texts.serverElse}
          {urls.length > 1 && (url.startsWith("rtmps:") ? texts.encrypted : texts.notEncrypted)}
        </label>
        <div class="field-row">
          <input
            type="text"
            id={`server-${index}`}
            class="code"
            value={url}
            readonly
            autocomplete="off"
            spellcheck={false}
          />
          <CopyButton of={`server-${index}`} texts={texts} />
        </div>
      </div>
    ))}
  </div>
);

/** `*name*` stands out: it is what a button or a menu in OBS is called. */
const Step = ({ text }: { text: string }) => (
  <li>
    <span>{text.split("*").map((piece, index) => (index % 2 === 1 ? <b>{piece}</b> : piece))}</span>
  </li>
);

/** Where OBS sends to, with which key, and how it is told. */
export const Setup = (props: { serverUrls: string[]; keyPanel: KeyPanelProps; language: Language }) => {
  const texts = studioTexts[props.language];
  return (
    <section class="panel studio-setup" aria-labelledby="setup-heading">
      <h2 id="setup-heading">{texts.setup}</h2>
      <ServerAddresses urls={props.serverUrls} texts={texts} />
      <KeyPanel {...props.keyPanel} />
      <ol class="steps">
        {texts.steps.map((text) => (
          <Step text={text} />
        ))}
      </ol>
    </section>
  );
};
