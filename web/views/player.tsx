import type { ChannelState } from "../../api/contract/channel-state.ts";
import { Icon } from "./parts.tsx";
import { posterClass } from "./poster.tsx";

interface PlayerProps {
  channel: { name: string; title: string };
  state: ChannelState;
}

/** A button that says one of two things; the player's script swaps its name and picture. */
const Toggle = (props: { control: string; off: string; on: string; shortcut?: string; isHidden?: boolean }) => (
  <button
    type="button"
    class="player-button"
    data-control={props.control}
    data-label-off={props.off}
    data-label-on={props.on}
    aria-label={props.off}
    title={props.off}
    {...(props.shortcut === undefined ? {} : { "aria-keyshortcuts": props.shortcut })}
    hidden={props.isHidden === true}
  ></button>
);

const Controls = () => (
  <div class="player-controls" role="group" aria-label="Player controls">
    <Toggle control="play" off="Play" on="Pause" shortcut="k" />
    <Toggle control="mute" off="Mute" on="Unmute" shortcut="m" />
    <input
      class="player-volume"
      type="range"
      min="0"
      max="1"
      step="0.05"
      value="1"
      aria-label="Volume"
      data-control="volume"
      hidden
    />
    <button type="button" class="player-live" data-control="live" disabled>
      <span class="player-live-now">Live</span>
      <span class="player-live-back">Go to live</span>
    </button>
    <span class="player-space"></span>
    <Toggle control="picture-in-picture" off="Picture in picture" on="Leave picture in picture" isHidden />
    <Toggle control="fullscreen" off="Full screen" on="Leave full screen" shortcut="f" isHidden />
  </div>
);

/** What covers the picture, by the name of the situation. The script shows one; the server shows the first. */
const Overlays = ({ name, shown }: { name: string; shown: string }) => {
  const texts: Record<string, [title: string, text: string]> = {
    waiting: ["Not started yet", `${name} is offline. The stream starts here by itself.`],
    reconnecting: ["Reconnecting…", "The picture comes back by itself."],
    ended: ["This stream has ended", "If it goes on, it plays here again by itself."],
    unsupported: ["This browser cannot play the stream", "A current browser on any phone or computer can."],
  };
  return (
    <div class="player-overlay" role="status">
      {Object.entries(texts).map(([key, [title, text]]) => (
        <div class="player-message" data-message={key} hidden={key !== shown}>
          <p class="player-message-title">{title}</p>
          <p>{text}</p>
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
export const Player = ({ channel, state }: PlayerProps) => {
  const stream = "playlistUrl" in state ? state : null;
  const overlay = overlayOf[state.status];
  return (
    <live-player
      class={`player ${posterClass(channel.name)}`}
      role="region"
      aria-label={`Live picture of ${channel.name}`}
      tabindex={-1}
      data-overlay={overlay}
      data-status={state.status}
      data-events={`/@${channel.name}/events`}
      {...(stream === null
        ? {}
        : { "data-stream": stream.streamId, "data-src": stream.playlistUrl, "data-started-at": stream.startedAt })}
    >
      <video class="player-video" playsinline></video>
      <span class="player-spinner" aria-hidden="true"></span>
      <Overlays name={channel.name} shown={overlay} />
      <p class="player-pill" data-part="pill" role="status" data-text="Reconnecting…"></p>
      <button type="button" class="player-start" data-control="start" hidden>
        <Icon name="play" />
        Play
      </button>
      <button type="button" class="player-unmute" data-control="unmute" hidden>
        <Icon name="muted" />
        Unmute
      </button>
      <Controls />
      {stream !== null && (
        <noscript>
          {/* Safari plays the playlist by itself; the link suits a player such as VLC. */}
          <video class="player-video" src={stream.playlistUrl} controls playsinline></video>
          <a class="player-noscript-link" href={stream.playlistUrl}>
            Open the stream in another player
          </a>
        </noscript>
      )}
    </live-player>
  );
};
