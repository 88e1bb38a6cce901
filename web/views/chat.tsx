import { LineMenu, Statuses, Templates } from "./chat-texts.tsx";
import { Layout, type PageProps } from "./layout.tsx";
import { Icon } from "./parts.tsx";

interface ChatProps {
  page: PageProps;
  channel: { name: string };
  /** Links to the chat's settings. Who may moderate is told to the script by the room all the same. */
  canModerate?: boolean;
  /** The chat has a window of its own. */
  popOut?: boolean;
}

const Header = ({ channel, canModerate, popOut }: ChatProps) => (
  <header class="chat-header">
    <h2>Chat{popOut === true && <bdi class="chat-of"> {channel.name}</bdi>}</h2>
    <p class="chat-viewers" data-viewers hidden></p>
    <button
      type="button"
      class="chat-button"
      data-do="menu"
      aria-label="Chat menu"
      aria-haspopup="menu"
      aria-expanded="false"
      aria-controls="chat-menu"
    >
      <Icon name="more" />
    </button>
    <div class="chat-popover chat-menu" id="chat-menu" role="menu" aria-label="Chat menu" hidden>
      {popOut !== true && (
        <a role="menuitem" tabindex={-1} href={`/@${channel.name}/chat`} target="_blank" data-do="pop-out">
          <Icon name="pop-out" />
          Chat in its own window
        </a>
      )}
      {popOut === true && (
        <a role="menuitem" tabindex={-1} href={`/@${channel.name}`}>
          <Icon name="play" />
          Watch {channel.name}
        </a>
      )}
      <a
        role="menuitem"
        tabindex={-1}
        href={`/@${channel.name}/chat/moderation`}
        data-for="moderators"
        hidden={canModerate !== true}
      >
        <Icon name="moderator" />
        Moderation
      </a>
      <button type="button" role="menuitem" tabindex={-1} data-do="help">
        <Icon name="eye" />
        Commands
      </button>
    </div>
  </header>
);

const Pinned = () => (
  <section class="chat-pinned" data-part="pinned" aria-label="Pinned message" hidden>
    <Icon name="pin" />
    <p dir="auto" data-part="pinned-said">
      <bdi class="chat-name" data-part="pinned-name"></bdi> <span data-part="pinned-text"></span>
    </p>
    <button
      type="button"
      class="chat-button"
      data-do="whole-pin"
      aria-label="Whole message"
      title="Whole message"
      aria-expanded="false"
      hidden
    >
      <Icon name="unfold" />
    </button>
    <button
      type="button"
      class="chat-button"
      data-do="unpin"
      aria-label="Unpin"
      title="Unpin"
      data-for="moderators"
      hidden
    >
      <Icon name="close" />
    </button>
  </section>
);

/** `empty` and `signed-in-only` stand where lines would; the script shows one of them, or none. */
const List = ({ channel, next }: { channel: string; next: string }) => (
  <div class="chat-body">
    <div
      class="chat-list"
      data-part="list"
      role="log"
      aria-live="polite"
      aria-label={`Chat messages of ${channel}`}
      tabindex={0}
      aria-describedby="chat-keys"
      data-gone="That message is too old to be shown here."
    ></div>
    <p
      class="visually-hidden"
      data-part="aloud"
      role="status"
      data-busy="The chat is busy: only messages to you are read aloud."
    ></p>
    <p id="chat-keys" hidden>
      Arrow keys walk through the messages, Enter opens what can be done with one, R replies, Escape goes to writing.
    </p>
    <div class="chat-blank" data-blank="empty" hidden>
      <p>Nobody has written yet.</p>
      <p>Say hello!</p>
    </div>
    <div class="chat-blank" data-blank="signed-in-only" hidden>
      <p>This chat is for people who are signed in.</p>
      <a class="button" href={next}>
        Sign in to read
      </a>
    </div>
    <button type="button" class="chat-newest" data-do="newest" hidden>
      <Icon name="down" />
      <span data-part="newest" data-text="Go to the newest" data-one="1 new message" data-many="new messages"></span>
    </button>
    <LineMenu />
  </div>
);

const Composer = ({ channel, isHidden }: { channel: string; isHidden: boolean }) => (
  <form
    class="chat-composer"
    data-part="composer"
    data-full="Too many messages are waiting to be sent. Write again when they have gone out."
    hidden={isHidden}
  >
    <ul class="chat-hints" data-part="hints" aria-label="Rules of this chat" hidden>
      <li data-hint="slow" hidden>
        Slow mode: <span data-part="slow-time"></span>
      </li>
      <li data-hint="followers" hidden>
        Followers only<span data-part="followers-time"></span>
      </li>
      <li data-hint="signed-in" hidden>
        Signed-in people only
      </li>
      <li data-hint="emoji" hidden>
        Emoji only
      </li>
      <li data-hint="links" hidden>
        No links
      </li>
    </ul>
    <div class="chat-replying" data-part="replying" hidden>
      <Icon name="reply" />
      <p>
        <span class="visually-hidden">Replying to </span>
        <bdi class="chat-name" data-part="replying-name"></bdi> <span dir="auto" data-part="replying-text"></span>
      </p>
      <button type="button" class="chat-button" data-do="cancel-reply" aria-label="Do not reply" title="Do not reply">
        <Icon name="close" />
      </button>
    </div>
    <div class="chat-popover chat-completion" id="chat-completion" role="listbox" aria-label="Suggestions" hidden></div>
    <div class="chat-popover chat-emoji" data-part="emoji" hidden></div>
    <div class="chat-write">
      <label class="visually-hidden" for="chat-text">
        Message to {channel}
      </label>
      <textarea
        id="chat-text"
        data-part="text"
        rows={1}
        dir="auto"
        placeholder="Write a message"
        autocomplete="off"
        enterkeyhint="send"
        aria-autocomplete="list"
        aria-controls="chat-completion"
        aria-describedby="chat-count chat-status"
      ></textarea>
      <button
        type="button"
        class="chat-button"
        data-do="emoji"
        aria-label="Emoji"
        title="Emoji"
        aria-expanded="false"
        data-error="The emoji could not be loaded. Try again in a moment."
      >
        <Icon name="smile" />
      </button>
      <button type="submit" class="chat-button chat-send" data-part="send" aria-label="Send" title="Send">
        <Icon name="send" />
        <span data-part="wait" aria-hidden="true" hidden></span>
      </button>
    </div>
    <p
      class="chat-count"
      id="chat-count"
      data-part="count"
      data-left="characters left"
      data-over="characters too many"
      role="status"
    ></p>
  </form>
);

/**
 * `<live-chat>`: the chat of a channel. Everything that is ever said in it stands here in HTML; web/client/chat.ts brings
 * it to life. Comes with its script, so that it can be put on any page.
 */
export const ChatPanel = (props: ChatProps) => {
  const { page, channel, popOut } = props;
  const here = popOut === true ? `/@${channel.name}/chat` : `/@${channel.name}`;
  const next = `/login?next=${encodeURIComponent(here)}`;
  return (
    <live-chat
      class="chat"
      role="region"
      aria-label="Chat"
      data-channel={channel.name}
      data-emoji-script={page.assets.emoji}
      data-emoji-data={page.assets.emojiData}
      data-popped-out={popOut === true}
    >
      <Header {...props} />
      <Pinned />
      <List channel={channel.name} next={next} />
      <Statuses channel={channel.name} />
      <Composer channel={channel.name} isHidden={page.user === null} />
      <p class="chat-sign-in" data-part="sign-in" hidden={page.user !== null}>
        <a class="button button-quiet button-wide" href={next}>
          Sign in to write
        </a>
      </p>
      <noscript>
        <p class="chat-noscript">
          The chat needs JavaScript: turn it on in the browser's settings and reload the page.
        </p>
      </noscript>
      <Templates />
      <script src={page.assets.chat} type="module"></script>
    </live-chat>
  );
};

/** `/@name/chat`: the chat fills the window. */
export const ChatPage = (props: Omit<ChatProps, "popOut">) => (
  <Layout
    page={props.page}
    title={`Chat of ${props.channel.name}`}
    description={`The chat of ${props.channel.name}`}
    bare
  >
    <h1 class="visually-hidden">Chat of {props.channel.name}</h1>
    <ChatPanel {...props} popOut />
  </Layout>
);
