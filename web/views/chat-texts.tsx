import type { Child } from "hono/jsx";
import { chatCommands } from "../contract/chat-commands.ts";
import { Icon, type IconName } from "./parts.tsx";

/** What the chat's script shows when its time comes: every sentence, and the forms that repeat. */

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
export const Statuses = ({ channel }: { channel: string }) => (
  <div class="chat-status" id="chat-status" data-part="status" role="status">
    <p>
      <Status name="connecting">Connecting…</Status>
      <Status name="offline" tone="warning">
        You are offline. Trying again…
      </Status>
      <Status name="unreachable" tone="warning">
        The chat cannot be reached. Trying again…
      </Status>
      <Status name="slow" tone="warning">
        Your connection is slower than this chat. Catching up…
      </Status>
      <Status name="storage" tone="warning">
        Messages cannot be saved right now. What you write is sent as soon as they can.
      </Status>
      <Status name="starting">The chat is starting. What you write is sent in a moment.</Status>
      <Status name="banned" tone="danger">
        You are banned from this chat. If that is a mistake, ask its moderators.
      </Status>
      <Status name="timed-out" tone="danger">
        A moderator has paused you. You can write again at <Until />.
      </Status>
      <Status name="follow-first">
        Only followers can write. <a href={`/@${channel}#follow`}>Follow {channel}</a> to join in.
      </Status>
      <Status name="follow-longer">
        Only those who have followed for a while can write. You can from <Until /> on.
      </Status>
      <Status name="gone" tone="danger">
        This chat does not exist any more.
      </Status>
      <Status name="version" tone="warning">
        The chat has been updated. Reload the page to go on.
      </Status>
      <Status name="too-many" tone="danger">
        This page sent too much at once. Reload it to go on.
      </Status>
      <Status name="ended" tone="warning">
        The chat has ended for this page. Reload it to go on.
      </Status>
    </p>
    <button type="button" class="button button-small" data-do="reload" hidden>
      Reload
    </button>
  </div>
);

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

/** What can be done with one line. One menu for all of them. */
export const LineMenu = () => (
  <div
    class="chat-popover chat-menu"
    id="chat-line-menu"
    data-part="line-menu"
    role="menu"
    aria-label="Message"
    data-copied="Copied."
    data-selected="Press Ctrl+C to copy."
    data-failed="That could not be sent. Try again in a moment."
    hidden
  >
    <Item action="reply" icon="reply">
      Reply
    </Item>
    <Item action="copy" icon="copy">
      Copy text
    </Item>
    <Item action="pin" icon="pin" for="moderators">
      Pin
    </Item>
    <Item action="delete" icon="close" for="moderators">
      Delete message
    </Item>
    <Item action="timeout" icon="pause" for="moderators" seconds={60}>
      Time out for 1 minute
    </Item>
    <Item action="timeout" icon="pause" for="moderators" seconds={600}>
      Time out for 10 minutes
    </Item>
    <Item action="timeout" icon="pause" for="moderators" seconds={3600}>
      Time out for 1 hour
    </Item>
    <Item action="ban" icon="alert" for="moderators">
      Ban
    </Item>
  </div>
);

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
const LineTemplates = () => (
  <>
    <template data-template="line">
      <div class="chat-line" role="article" tabindex={-1}>
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
            data-label="What to do with the message of"
            tabindex={-1}
            aria-haspopup="menu"
          >
            <Icon name="more" />
          </button>
        </div>
      </div>
    </template>
    <BadgeTemplate role="streamer" icon="streamer" text="Streamer" />
    <BadgeTemplate role="moderator" icon="moderator" text="Moderator" />
    <BadgeTemplate role="administrator" icon="administrator" text="Administrator" />
    <template data-template="first">
      <span class="chat-first">First message</span>
    </template>
    <template data-template="quote">
      <button type="button" class="chat-quote" data-do="jump" tabindex={-1}>
        <Icon name="reply" />
        <span class="visually-hidden">In reply to </span>
        <bdi data-part="quote-name"></bdi> <span dir="auto" data-part="quote-text"></span>
      </button>
    </template>
    <template data-template="unsent">
      <span class="chat-mark">not sent yet</span>
    </template>
    <template data-template="unsaved">
      <span class="chat-mark">not yet saved</span>
    </template>
  </>
);

export const Templates = () => (
  <>
    <LineTemplates />
    <template data-template="reloaded">
      <p class="chat-division">The chat was reloaded</p>
    </template>
    <template data-template="notice">
      <p class="chat-notice">
        <span data-part="text"></span> <span class="hint">Only you see this.</span>
      </p>
    </template>
    <template data-template="help">
      <ul class="chat-notice" aria-label="Commands">
        {chatCommands.map(({ usage, help, who }) => (
          <li data-who={who}>
            <strong>{usage}</strong> {help}
          </li>
        ))}
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
