import type { Language } from "../contract/language.ts";
import { chatScriptTexts } from "./chat-script-texts.ts";
import { LineMenu, Statuses, Templates } from "./chat-templates.tsx";
import { type ChatTexts, chatTexts } from "./chat-texts.ts";
import { Layout, type PageProps, type SignedIn } from "./layout.tsx";
import { Icon } from "./parts.tsx";

interface ChatProps {
  page: PageProps;
  /** `displayName`: as the streamer wants to be called. */
  channel: { name: string; displayName: string };
  /** Links to the chat's settings. Who may moderate is told to the script by the room all the same. */
  canModerate?: boolean;
  /** The chat has a window of its own. */
  popOut?: boolean;
}

const Header = ({ channel, canModerate, popOut, texts }: ChatProps & { texts: ChatTexts }) => (
  <header class="chat-header">
    <h2>
      {texts.chat}
      {popOut === true && <bdi class="chat-of"> {channel.displayName}</bdi>}
    </h2>
    <p class="chat-viewers" data-part="viewers" hidden></p>
    <button
      type="button"
      class="chat-button"
      data-do="menu"
      aria-label={texts.menu}
      aria-haspopup="menu"
      aria-expanded="false"
      aria-controls="chat-menu"
    >
      <Icon name="more" />
    </button>
    <div class="chat-popover chat-menu" id="chat-menu" role="menu" aria-label={texts.menu} hidden>
      {popOut !== true && (
        <a role="menuitem" tabindex={-1} href={`/@${channel.name}/chat`} target="_blank" data-do="pop-out">
          <Icon name="pop-out" />
          {texts.ownWindow}
        </a>
      )}
      {popOut === true && (
        <a role="menuitem" tabindex={-1} href={`/@${channel.name}`}>
          <Icon name="play" />
          {texts.watch(channel.displayName)}
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
        {texts.moderation}
      </a>
      <button type="button" role="menuitem" tabindex={-1} data-do="help">
        <Icon name="eye" />
        {texts.commands}
      </button>
    </div>
  </header>
);

const Pinned = ({ texts }: { texts: ChatTexts }) => (
  <section class="chat-pinned" data-part="pinned" aria-label={texts.pinned} hidden>
    <Icon name="pin" />
    <p dir="auto" data-part="pinned-said">
      <bdi class="chat-name" data-part="pinned-name"></bdi> <span data-part="pinned-text"></span>
    </p>
    <button
      type="button"
      class="chat-button"
      data-do="whole-pin"
      aria-label={texts.wholeMessage}
      title={texts.wholeMessage}
      aria-expanded="false"
      hidden
    >
      <Icon name="unfold" />
    </button>
    <button
      type="button"
      class="chat-button"
      data-do="unpin"
      aria-label={texts.unpin}
      title={texts.unpin}
      data-for="moderators"
      hidden
    >
      <Icon name="close" />
    </button>
  </section>
);

/** `empty` and `signed-in-only` stand where lines would; the script shows one of them, or none. */
const List = ({ channel, next, language }: { channel: string; next: string; language: Language }) => {
  const texts = chatTexts[language];
  return (
    <div class="chat-body">
      <div
        class="chat-list"
        data-part="list"
        role="log"
        aria-live="polite"
        aria-label={texts.messagesOf(channel)}
        tabindex={0}
        aria-describedby="chat-keys"
      ></div>
      <p class="visually-hidden" data-part="aloud" role="status"></p>
      <p id="chat-keys" hidden>
        {texts.keys}
      </p>
      <div class="chat-blank" data-blank="empty" hidden>
        <p>{texts.empty}</p>
        <p>{texts.emptyHint}</p>
      </div>
      <div class="chat-blank" data-blank="signed-in-only" hidden>
        <p>{texts.signedInOnly}</p>
        <a class="button" href={next}>
          {texts.signInToRead}
        </a>
      </div>
      <button type="button" class="chat-newest" data-do="newest" hidden>
        <Icon name="down" />
        <span data-part="newest"></span>
      </button>
      <LineMenu language={language} />
    </div>
  );
};

/** What its rules are, where they are not what everybody expects. */
const Hints = ({ texts: { rules, hints } }: { texts: ChatTexts }) => (
  <ul class="chat-hints" data-part="hints" aria-label={rules} hidden>
    <li data-hint="slow" hidden>
      {hints.slow}: <span data-part="slow-time"></span>
    </li>
    <li data-hint="followers" hidden>
      {hints.followers}
      <span data-part="followers-time"></span>
    </li>
    <li data-hint="signed-in" hidden>
      {hints["signed-in"]}
    </li>
    <li data-hint="emoji" hidden>
      {hints.emoji}
    </li>
    <li data-hint="links" hidden>
      {hints.links}
    </li>
  </ul>
);

const Composer = ({ channel, isHidden, texts }: { channel: string; isHidden: boolean; texts: ChatTexts }) => (
  <form class="chat-composer" data-part="composer" hidden={isHidden}>
    <Hints texts={texts} />
    <div class="chat-replying" data-part="replying" hidden>
      <Icon name="reply" />
      <p>
        <span class="visually-hidden">{texts.replyingTo} </span>
        <bdi class="chat-name" data-part="replying-name"></bdi> <span dir="auto" data-part="replying-text"></span>
      </p>
      <button
        type="button"
        class="chat-button"
        data-do="cancel-reply"
        aria-label={texts.doNotReply}
        title={texts.doNotReply}
      >
        <Icon name="close" />
      </button>
    </div>
    <div
      class="chat-popover chat-completion"
      id="chat-completion"
      role="listbox"
      aria-label={texts.suggestions}
      hidden
    ></div>
    <div class="chat-popover chat-emoji" data-part="emoji" hidden></div>
    <div class="chat-write">
      <label class="visually-hidden" for="chat-text">
        {texts.messageTo(channel)}
      </label>
      <textarea
        id="chat-text"
        data-part="text"
        rows={1}
        dir="auto"
        placeholder={texts.placeholder}
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
        aria-label={texts.emoji}
        title={texts.emoji}
        aria-expanded="false"
      >
        <Icon name="smile" />
      </button>
      <button type="submit" class="chat-button chat-send" data-part="send" aria-label={texts.send} title={texts.send}>
        <Icon name="send" />
        <span data-part="wait" aria-hidden="true" hidden></span>
      </button>
    </div>
    <p class="chat-count" id="chat-count" data-part="count" role="status"></p>
  </form>
);

/** As whom somebody writes until the room has said so itself. */
const authorOf = ({ id, name, displayName, color }: SignedIn) => ({ id, name, displayName, color });

/**
 * `<live-chat>`: the chat of a channel. Everything that is ever said in it stands here in HTML; web/client/chat.ts brings
 * it to life. Comes with its script, so that it can be put on any page.
 */
export const ChatPanel = (props: ChatProps) => {
  const { page, channel, popOut } = props;
  const { language } = page;
  const texts = chatTexts[language];
  const here = popOut === true ? `/@${channel.name}/chat` : `/@${channel.name}`;
  const next = `/login?next=${encodeURIComponent(here)}`;
  return (
    <live-chat
      class="chat"
      role="region"
      aria-label={texts.chat}
      data-texts={JSON.stringify(chatScriptTexts[language])}
      data-channel={channel.name}
      data-author={page.user === null ? undefined : JSON.stringify(authorOf(page.user))}
      data-emoji-script={page.assets.emoji}
      data-emoji-data={language === "id" ? page.assets.emojiDataId : page.assets.emojiData}
      data-popped-out={popOut === true}
    >
      <Header {...props} texts={texts} />
      <Pinned texts={texts} />
      <List channel={channel.displayName} next={next} language={language} />
      <Statuses channel={channel} language={language} />
      <Composer channel={channel.displayName} isHidden={page.user === null} texts={texts} />
      <p class="chat-sign-in" data-part="sign-in" hidden={page.user !== null}>
        <a class="button button-quiet button-wide" href={next}>
          {texts.signInToWrite}
        </a>
      </p>
      <noscript>
        <p class="chat-noscript">{texts.noScript}</p>
      </noscript>
      <Templates language={language} />
      <script src={page.assets.chat} type="module"></script>
    </live-chat>
  );
};

/** `/@name/chat`: the chat fills the window. */
export const ChatPage = (props: Omit<ChatProps, "popOut">) => {
  const { page, channel } = props;
  const texts = chatTexts[page.language];
  return (
    <Layout
      page={page}
      title={texts.chatOf(channel.displayName)}
      description={texts.description(channel.displayName)}
      styles="stage"
      name="chat-page"
      bare
    >
      <h1 class="visually-hidden">{texts.chatOf(channel.displayName)}</h1>
      <ChatPanel {...props} popOut />
    </Layout>
  );
};
