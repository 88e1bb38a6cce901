import type { ChannelState } from "../../api/contract/channel-state.ts";
import type { Language } from "../contract/language.ts";
import { Icon } from "./parts.tsx";
import { playerTexts } from "./player-texts.ts";
import { Avatar, posterClass } from "./poster.tsx";

interface PlayerProps {
  channel: { name: string; displayName: string; avatarUrl: string | null };
  state: ChannelState;
  language: Language;
  /** When it was live last, in words; null: never, or nobody asks here. */
  lastLive?: string | null;
  /** Shown until the stream's own picture is there. @default null */
  pictureUrl?: string | null;
  /** Whether the page has a theatre mode, and it is on. @default "none" */
  theatre?: "on" | "off" | "none";
  /** Starts without sound. */
  isMuted?: boolean;
  /** For adults, in a frame of another site: there is no cookie to say that somebody is one. */
  saysAdult?: boolean;
  /** The page's own script tells it how the channel is, by `channel-told` events; else it asks for itself. */
  isTold?: boolean;
}

type Texts = (typeof playerTexts)[Language];

/** A button that says one of two things; the player's script swaps its name and picture. */
const Toggle = (props: {
  control: string;
  off: string;
  on: string;
  shortcut?: string;
  isHidden?: boolean;
  isOn?: boolean;
}) => {
  const label = props.isOn === true ? props.on : props.off;
  return (
    <button
      type="button"
      class="player-button"
      data-control={props.control}
      data-label-off={props.off}
      data-label-on={props.on}
      aria-label={label}
      title={label}
      {...(props.isOn === true ? { "data-on": "" } : {})}
      {...(props.shortcut === undefined ? {} : { "aria-keyshortcuts": props.shortcut })}
      hidden={props.isHidden === true}
    ></button>
  );
};

const Controls = ({ texts, theatre }: { texts: Texts; theatre: PlayerProps["theatre"] }) => (
  <div class="player-controls" role="group" aria-label={texts.controls}>
    <Toggle control="play" off={texts.play} on={texts.pause} shortcut="k" />
    <Toggle control="mute" off={texts.mute} on={texts.unmute} shortcut="m" />
    <input
      class="player-volume"
      type="range"
      min="0"
      max="1"
      step="0.05"
      value="1"
      aria-label={texts.volume}
      data-control="volume"
      hidden
    />
    <button
      type="button"
      class="player-live"
      data-control="live"
      data-label-live={texts.live}
      data-label-behind={texts.goToLive}
      disabled
    >
      {texts.live}
    </button>
    <span class="player-space"></span>
    <button
      type="button"
      class="player-button"
      data-control="settings"
      aria-label={texts.settings}
      title={texts.settings}
      aria-expanded="false"
      aria-controls="player-settings"
    ></button>
    <Toggle
      control="picture-in-picture"
      off={texts.pictureInPicture}
      on={texts.leavePictureInPicture}
      shortcut="i"
      isHidden
    />
    {theatre !== undefined && theatre !== "none" && (
      <Toggle control="theatre" off={texts.theatre} on={texts.leaveTheatre} shortcut="t" isOn={theatre === "on"} />
    )}
    <Toggle control="fullscreen" off={texts.fullscreen} on={texts.leaveFullscreen} shortcut="f" isHidden />
  </div>
);

const Settings = ({ texts, theatre }: { texts: Texts; theatre: PlayerProps["theatre"] }) => {
  const keys: [string, string][] = [
    [`k, ${texts.keyNames.space}`, `${texts.play} / ${texts.pause}`],
    ["m", texts.mute],
    [texts.keyNames.arrows, texts.volume],
    ["f", texts.fullscreen],
    ...(theatre === undefined || theatre === "none" ? [] : [["t", texts.theatre] satisfies [string, string]]),
    ["i", texts.pictureInPicture],
  ];
  return (
    <div
      class="player-settings"
      id="player-settings"
      data-part="settings"
      role="group"
      aria-label={texts.settings}
      hidden
    >
      <label>
        <input type="checkbox" data-setting="statistics" />
        {texts.statistics}
      </label>
      <label>
        <input type="checkbox" data-setting="everywhere" checked />
        {texts.everywhere}
      </label>
      <dl class="player-keys" aria-label={texts.keys}>
        {keys.map(([pressed, does]) => (
          <div>
            <dt>
              <kbd>{pressed}</kbd>
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
};

const Statistics = ({ texts }: { texts: Texts }) => (
  <dl class="player-statistics" data-part="statistics" aria-label={texts.figures} data-unknown={texts.unknown} hidden>
    {(["latency", "buffer", "resolution", "bitrate", "dropped"] as const).map((figure) => (
      <div>
        <dt>{texts[figure]}</dt>
        <dd data-figure={figure}>{texts.unknown}</dd>
      </div>
    ))}
  </dl>
);

/** What covers the picture, by the name of the situation. The script shows one; the server shows the first. */
const Overlays = (props: PlayerProps & { shown: string; texts: Texts }) => {
  const { channel, texts, lastLive, shown } = props;
  const messages: Record<string, [title: string, text: string]> = {
    waiting: [texts.waiting, texts.waitingText(channel.displayName)],
    reconnecting: [texts.reconnecting, texts.reconnectingText],
    full: [texts.full, texts.fullText],
    ended: [texts.ended, texts.endedText],
    unsupported: [texts.unsupported, texts.unsupportedText],
  };
  return (
    <div class="player-overlay" role="status">
      {Object.entries(messages).map(([name, [title, text]]) => (
        <div class="player-message" data-message={name} hidden={name !== shown}>
          {(name === "waiting" || name === "ended") && <Avatar name={channel.name} url={channel.avatarUrl} />}
          <p class="player-message-title">{title}</p>
          <p>{text}</p>
          {name === "waiting" && lastLive !== undefined && lastLive !== null && (
            <p class="player-message-more">{texts.lastLive(lastLive)}</p>
          )}
        </div>
      ))}
    </div>
  );
};

const overlayOf: Record<ChannelState["status"], string> = {
  offline: "waiting",
  live: "loading",
  interrupted: "reconnecting",
  ended: "ended",
};

/** The picture and its controls. Everything is here in HTML; web/client/player.ts brings it to life. */
export const Player = (props: PlayerProps) => {
  const { channel, state, language, theatre, isMuted, saysAdult, isTold } = props;
  const texts = playerTexts[language];
  const stream = "playlistUrl" in state ? state : null;
  const overlay = overlayOf[state.status];
  return (
    <live-player
      class={`player ${posterClass(channel.name)}`}
      role="region"
      aria-label={texts.region(channel.displayName)}
      tabindex={-1}
      data-overlay={overlay}
      data-status={state.status}
      {...(isTold === true
        ? {}
        : { "data-events": `/@${channel.name}/events${saysAdult === true ? "?adult=yes" : ""}` })}
      {...(isMuted === true ? { "data-muted": "" } : {})}
      {...(stream === null
        ? {}
        : { "data-stream": stream.streamId, "data-src": stream.playlistUrl, "data-started-at": stream.startedAt })}
    >
      <video
        class="player-video"
        playsinline
        muted={isMuted === true}
        {...(typeof props.pictureUrl === "string" ? { poster: props.pictureUrl } : {})}
      ></video>
      <span class="player-spinner" aria-hidden="true"></span>
      <Overlays {...props} shown={overlay} texts={texts} />
      <p class="player-pill" data-part="pill" role="status" data-text={texts.reconnecting}></p>
      <button type="button" class="player-start" data-control="start" hidden>
        <Icon name="play" />
        {texts.play}
      </button>
      <button type="button" class="player-unmute" data-control="unmute" hidden>
        <Icon name="muted" />
        {texts.unmute}
      </button>
      <Statistics texts={texts} />
      <Settings texts={texts} theatre={theatre} />
      <Controls texts={texts} theatre={theatre} />
      {stream !== null && (
        <noscript>
          {/* Safari plays the playlist by itself; the link suits a player such as VLC. */}
          <video class="player-video" src={stream.playlistUrl} controls playsinline></video>
          <a class="player-noscript-link" href={stream.playlistUrl}>
            {texts.otherPlayer}
          </a>
        </noscript>
      )}
    </live-player>
  );
};
