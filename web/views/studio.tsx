import { ChatPanel } from "./chat.tsx";
import { moderationPath } from "./chat-moderation.tsx";
import { Layout, type PageProps } from "./layout.tsx";
import { FormError, Icon, PasswordAgainFields, replaces } from "./parts.tsx";
import { Avatar } from "./poster.tsx";
import { StudioStatus, type StudioStatusProps } from "./studio-status.tsx";

export { StudioStatus, type StudioStatusProps };

export interface StudioProps {
  channelName: string;
  title: string;
  /** Where OBS sends to, the encrypted one first. */
  serverUrls: string[];
  /** false: an administrator has to allow it first. */
  canStream: boolean;
  status: StudioStatusProps;
  /** Names of the channels of others in which this person is a moderator. */
  moderates: string[];
  /** The answer to the title's form where there is no JavaScript. */
  titleForm?: TitleFormProps;
  /** The answer to the key's forms where there is no JavaScript. */
  keyPanel?: KeyPanelProps;
}

interface TitleFormProps {
  title: string;
  error?: string;
  saved?: boolean;
}

export const TitleForm = ({ title, error, saved }: TitleFormProps) => (
  <form
    id="title-form"
    class="form panel"
    method="post"
    action="/studio/title"
    hx-post="/studio/title"
    {...replaces("title-form")}
  >
    <FormError id="title-form-error" message={error} />
    <label for="title">Title of the stream</label>
    <div class="field-row">
      <input
        id="title"
        name="title"
        value={title}
        required
        maxlength={140}
        autocomplete="off"
        {...(error === undefined ? {} : { "aria-invalid": "true", "aria-errormessage": "title-form-error" })}
      />
      <button class="button" type="submit">
        Save
      </button>
    </div>
    <p class="hint" role="status">
      {saved === true ? (
        <span class="saved">
          <Icon name="check" /> Saved. Viewers see it at once.
        </span>
      ) : (
        "Viewers see it beside the picture and on the home page."
      )}
    </p>
  </form>
);

export interface KeyPanelProps {
  /** null: hidden. Not called `key`: JSX keeps that name for itself. */
  streamKey: string | null;
  /** The password was not typed lately. */
  needsPassword?: boolean;
  error?: string;
  /** The key has just been made. */
  isNew?: boolean;
}

const KeyPassword = ({ error }: { error: string | undefined }) => (
  <form class="form" method="post" action="/confirm" hx-post="/confirm" {...replaces("stream-key")}>
    <PasswordAgainFields label="Type your password to see the key" next="/studio" error={error} hasFocus />
  </form>
);

const KeyButtons = ({ isShown }: { isShown: boolean }) => (
  <div class="button-row">
    {!isShown && (
      <form method="post" action="/studio/key/show" hx-post="/studio/key/show" {...replaces("stream-key")}>
        <button class="button button-quiet" type="submit">
          <Icon name="eye" />
          Show key
        </button>
      </form>
    )}
    <form
      method="post"
      action="/studio/key/new"
      hx-post="/studio/key/new"
      hx-confirm="Make a new key? The old one stops working at once, and an encoder that uses it is disconnected."
      {...replaces("stream-key")}
    >
      <button class="button button-quiet" type="submit">
        <Icon name="renew" />
        New key
      </button>
    </form>
  </div>
);

/**
 * The stream key: hidden, shown, or behind the password. The button that asked for it is gone then: `autofocus` leads
 * whoever goes by keyboard to what came in its place.
 */
export const KeyPanel = ({ streamKey, needsPassword, error, isNew }: KeyPanelProps) => (
  <div id="stream-key" class="stream-key">
    {needsPassword === true ? (
      <KeyPassword error={error} />
    ) : (
      <>
        <FormError id="key-error" message={error} />
        <label for="key">Stream key</label>
        <div class="field-row">
          <input
            id="key"
            class="code"
            value={streamKey ?? "••••••••••••••••••••••••"}
            readonly
            autocomplete="off"
            spellcheck={false}
            {...(streamKey === null ? { "aria-describedby": "key-hint" } : { autofocus: true })}
          />
          {streamKey !== null && <CopyButton of="key" />}
        </div>
        <p class="hint" id="key-hint">
          {streamKey === null
            ? "Whoever has the key can stream as you. It is hidden until you ask for it."
            : isNew === true
              ? "This is the new key: put it in OBS. The old one no longer works."
              : "Whoever has the key can stream as you. Do not show it on the stream."}
        </p>
        <KeyButtons isShown={streamKey !== null} />
      </>
    )}
  </div>
);

const CopyButton = ({ of }: { of: string }) => (
  <button
    class="button button-quiet copy"
    type="button"
    data-copy={of}
    data-label-copied="Copied"
    data-label-selected="Press Ctrl+C"
  >
    <Icon name="copy" />
    <span data-label aria-live="polite">
      Copy
    </span>
  </button>
);

const ServerAddresses = ({ urls }: { urls: string[] }) => (
  <div class="form">
    {urls.map((url, index) => (
      <div class="field">
        <label for={`server-${index}`}>
          {index === 0 ? "Server" : "Server, if the one above does not work"}
          {urls.length > 1 && (url.startsWith("rtmps:") ? " (encrypted)" : " (not encrypted)")}
        </label>
        <div class="field-row">
          <input id={`server-${index}`} class="code" value={url} readonly autocomplete="off" spellcheck={false} />
          <CopyButton of={`server-${index}`} />
        </div>
      </div>
    ))}
  </div>
);

const ObsSteps = () => (
  <ol class="steps">
    <li>
      <span>
        In OBS, open <b>Settings</b>, then <b>Stream</b>, and choose the service <b>Custom…</b>
      </span>
    </li>
    <li>
      <span>
        Paste the <b>Server</b> and the <b>Stream key</b> from here, and press <b>OK</b>
      </span>
    </li>
    <li>
      <span>
        Press <b>Start Streaming</b>. In <b>Output</b>, a key-frame interval of 1 or 2 s suits best
      </span>
    </li>
  </ol>
);

const NotAllowed = () => (
  <section class="panel">
    <h2>You cannot stream yet</h2>
    <p>On this server an administrator decides who may stream. Ask one; the server and the key appear here then.</p>
  </section>
);

const Moderates = ({ names }: { names: string[] }) => (
  <section class="panel" aria-labelledby="moderates-heading">
    <h2 id="moderates-heading">Channels you moderate</h2>
    <ul class="rows" role="list">
      {names.map((name) => (
        <li class="row">
          <Avatar name={name} />
          <p class="row-text row-title">
            <a href={`/@${name}`}>{name}</a>
          </p>
          <a class="button button-small button-quiet" href={moderationPath(name)}>
            Moderate<span class="visually-hidden"> the chat of {name}</span>
          </a>
        </li>
      ))}
    </ul>
  </section>
);

export const StudioPage = ({ page, studio }: { page: PageProps; studio: StudioProps }) => {
  const moderates = studio.moderates.length > 0 && <Moderates names={studio.moderates} />;
  return (
    <Layout page={page} title="Studio" scripts="live">
      <div class={studio.canStream ? "studio studio-with-chat" : "studio"}>
        <div class="page-heading">
          <h1>Studio</h1>
          <nav class="page-links" aria-label="Your channel">
            <a href={`/@${studio.channelName}`}>Open the channel page</a>
            <a href={moderationPath(studio.channelName)}>Chat moderation</a>
          </nav>
        </div>
        {studio.canStream ? (
          <>
            <div hx-sse:connect="/studio/events" hx-swap="innerMorph">
              <StudioStatus {...studio.status} />
            </div>
            {/* Second in every sense: whoever is live looks at the status and at the chat. */}
            <ChatPanel page={page} channel={{ name: studio.channelName }} canModerate />
            <TitleForm {...(studio.titleForm ?? { title: studio.title })} />
            <section class="panel studio-setup" aria-labelledby="setup-heading">
              <h2 id="setup-heading">Point OBS here</h2>
              <ServerAddresses urls={studio.serverUrls} />
              <KeyPanel {...(studio.keyPanel ?? { streamKey: null })} />
              <ObsSteps />
            </section>
            {moderates}
          </>
        ) : (
          <>
            <NotAllowed />
            {moderates}
          </>
        )}
      </div>
    </Layout>
  );
};
