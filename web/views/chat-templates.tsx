import type { Child } from "hono/jsx";
import { chatCommandNames, userOf } from "../contract/chat-commands.ts";
import { durationText } from "../contract/duration-text.ts";
import type { Language } from "../contract/language.ts";
import { chatCommandTexts } from "./chat-command-texts.ts";
import { type ChatTexts, chatTexts } from "./chat-texts.ts";
import { Icon, type IconName } from "./parts.tsx";

/** What the chat's script shows when its time comes: the sentences of its state, and the forms that repeat. */

interface StatusProps {
  name: string;
  tone?: "warning" | "danger";
  children: Child;
}

const Status = ({ name, tone, children }: StatusProps) => (
  <span data-status={name} {...(tone === undefined ? {} : { "data-tone": tone })} hidden>
    {children}
  </span>
);

const Until = () => <time data-part="until"></time>;

/** One line above the composer: what is going on, and what can be done. Names: web/client/chat-status.ts. */
export const Statuses = (props: { channel: { name: string; displayName: string }; language: Language }) => {
  const { name, displayName } = props.channel;
  const { status, reload } = chatTexts[props.language];
  return (
    <div class="chat-status" id="chat-status" data-part="status" role="status">
      <p>
        <Status name="connecting">{status.connecting}</Status>
        <Status name="offline" tone="warning">
          {status.offline}
        </Status>
        <Status name="unreachable" tone="warning">
          {status.unreachable}
        </Status>
        <Status name="slow" tone="warning">
          {status.slow}
        </Status>
        <Status name="storage" tone="warning">
          {status.storage}
        </Status>
        <Status name="starting">{status.starting}</Status>
        <Status name="banned" tone="danger">
          {status.banned}
        </Status>
        <Status name="timed-out" tone="danger">
          {status.timedOut[0]}
          <Until />
          {status.timedOut[1]}
        </Status>
        <Status name="follow-first">
          {status.followFirst[0]}
          <a href={`/@${name}#follow`}>{status.follow(displayName)}</a>
          {status.followFirst[1]}
        </Status>
        <Status name="follow-longer">
          {status.followLonger[0]}
          <Until />
          {status.followLonger[1]}
        </Status>
        <Status name="gone" tone="danger">
          {status.gone}
        </Status>
        <Status name="version" tone="warning">
          {status.version}
        </Status>
        <Status name="too-many" tone="danger">
          {status.tooMany}
        </Status>
        <Status name="ended" tone="warning">
          {status.ended}
        </Status>
      </p>
      <button type="button" class="button button-small" data-do="reload" hidden>
        {reload}
      </button>
    </div>
  );
};

const Item = (props: { action: string; icon: IconName; for?: "moderators"; seconds?: number; children: Child }) => (
  <button
    type="button"
    role="menuitem"
    tabindex={-1}
    data-line-action={props.action}
    {...(props.for === undefined ? {} : { "data-for-line": props.for })}
    {...(props.seconds === undefined ? {} : { "data-seconds": props.seconds })}
  >
    <Icon name={props.icon} />
    {props.children}
  </button>
);

/** How long, s. */
const timeouts = [60, 600, 3600];

/** What can be done with one line. One menu for all of them. */
export const LineMenu = ({ language }: { language: Language }) => {
  const texts = chatTexts[language];
  return (
    <div
      class="chat-popover chat-menu"
      id="chat-line-menu"
      data-part="line-menu"
      role="menu"
      aria-label={texts.message}
      hidden
    >
      <Item action="reply" icon="reply">
        {texts.reply}
      </Item>
      <Item action="copy" icon="copy">
        {texts.copyText}
      </Item>
      <Item action="pin" icon="pin" for="moderators">
        {texts.pin}
      </Item>
      <Item action="delete" icon="close" for="moderators">
        {texts.deleteMessage}
      </Item>
      {timeouts.map((seconds) => (
        <Item action="timeout" icon="pause" for="moderators" seconds={seconds}>
          {texts.timeOutFor(durationText(seconds, language))}
        </Item>
      ))}
      <Item action="ban" icon="alert" for="moderators">
        {texts.ban}
      </Item>
    </div>
  );
};

/** Whose line it is: a picture, and a word for those who do not see it. */
const BadgeTemplate = ({ role, icon, text }: { role: string; icon: IconName; text: string }) => (
  <template data-template={role}>
    <span class={`chat-badge chat-badge-${role}`} title={text}>
      <Icon name={icon} />
      <span class="visually-hidden">{text} </span>
    </span>
  </template>
);

/** As few elements as will do: hundreds of lines may come at once. What only some have is put in by the script. */
const LineTemplates = ({ texts }: { texts: ChatTexts }) => (
  <>
    <template data-template="line">
      <article class="chat-line" tabindex={-1}>
        <p class="chat-said">
          <bdi class="chat-name" data-part="name"></bdi>
          <span data-part="colon"></span>
          <span class="chat-text" dir="auto" data-part="text"></span>{" "}
        </p>
        {/* Not part of what is read aloud when a message arrives; chat-list.ts shows it to screen readers a moment later. */}
        <div class="chat-tools" aria-hidden="true" aria-live="off">
          <time data-part="time"></time>
          <button
            type="button"
            class="chat-button"
            data-do="line-menu"
            data-label={texts.lineMenu}
            tabindex={-1}
            aria-haspopup="menu"
          >
            <Icon name="more" />
          </button>
        </div>
      </article>
    </template>
    <BadgeTemplate role="streamer" icon="streamer" text={texts.roles.streamer} />
    <BadgeTemplate role="moderator" icon="moderator" text={texts.roles.moderator} />
    <BadgeTemplate role="administrator" icon="administrator" text={texts.roles.administrator} />
    <template data-template="first">
      <span class="chat-first">{texts.firstMessage}</span>
    </template>
    <template data-template="quote">
      <button type="button" class="chat-quote" data-do="jump" tabindex={-1}>
        <Icon name="reply" />
        <span class="visually-hidden">{texts.inReplyTo} </span>
        <bdi data-part="quote-name"></bdi> <span dir="auto" data-part="quote-text"></span>
      </button>
    </template>
    <template data-template="unsent">
      <span class="chat-mark">{texts.unsent}</span>
    </template>
    <template data-template="unsaved">
      <span class="chat-mark">{texts.unsaved}</span>
    </template>
  </>
);

export const Templates = ({ language }: { language: Language }) => {
  const texts = chatTexts[language];
  return (
    <>
      <LineTemplates texts={texts} />
      <template data-template="reloaded">
        <p class="chat-division">{texts.reloaded}</p>
      </template>
      <template data-template="notice">
        <p class="chat-notice">
          <span data-part="text"></span> <span class="hint">{texts.onlyYou}</span>
        </p>
      </template>
      {/* The suggestions are made from these too. */}
      <template data-template="help">
        <ul class="chat-notice" aria-label={texts.commands}>
          {chatCommandNames.map((name) => {
            const { usage, help } = chatCommandTexts[language][name];
            return (
              <li data-command={name} data-who={userOf(name)}>
                <strong>{usage}</strong> <span>{help}</span>
              </li>
            );
          })}
        </ul>
      </template>
      <template data-template="option">
        <div class="chat-option" role="option">
          <span data-part="label"></span>
          <span class="hint" data-part="hint"></span>
        </div>
      </template>
    </>
  );
};
