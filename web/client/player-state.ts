import type { ChannelState } from "../../api/contract/channel-state.ts";

/** What the player knows. Its view follows from this alone. */
export interface PlayerState {
  /** What the server says of the channel. */
  channel: ChannelState["status"];
  /** What the picture of the current stream does; `none` until its first frame. */
  picture: "none" | "moving" | "stalled" | "finished";
  isPausedByViewer: boolean;
  /** What the browser let happen without a gesture: with sound, only muted, or not at all. */
  autoplay: "allowed" | "muted" | "refused";
  /** Playlists or media cannot be fetched at the moment. */
  isFailing: boolean;
  /** There is no place for another viewer. */
  isFull: boolean;
  isSupported: boolean;
}

export type PlayerEvent =
  | { type: "channel"; status: ChannelState["status"]; isNewStream: boolean }
  | { type: "picture"; picture: "moving" | "stalled" | "finished" }
  | { type: "viewer-paused"; isPaused: boolean }
  | { type: "autoplay"; outcome: PlayerState["autoplay"] }
  | { type: "fetching"; isFailing: boolean }
  | { type: "full" }
  | { type: "unsupported" };

export type Overlay = "none" | "loading" | "waiting" | "reconnecting" | "full" | "ended" | "start" | "unsupported";

export interface PlayerView {
  /** What covers the picture. */
  overlay: Overlay;
  /** The picture still moves, but nothing new arrives. */
  isReconnecting: boolean;
  /** The browser demanded silence: offer the sound. */
  offersSound: boolean;
  hasControls: boolean;
}

export const initialState = (channel: ChannelState["status"]): PlayerState => ({
  channel,
  picture: "none",
  isPausedByViewer: false,
  autoplay: "allowed",
  isFailing: false,
  isFull: false,
  isSupported: true,
});

export const reduce = (state: PlayerState, event: PlayerEvent): PlayerState => {
  switch (event.type) {
    case "channel":
      return event.isNewStream
        ? { ...initialState(event.status), autoplay: state.autoplay }
        : { ...state, channel: event.status };
    case "picture":
      // A paused picture does not move, and that is no stall.
      return event.picture === "stalled" && (state.picture !== "moving" || state.isPausedByViewer)
        ? state
        : { ...state, picture: event.picture };
    case "viewer-paused":
      return { ...state, isPausedByViewer: event.isPaused };
    case "autoplay":
      return { ...state, autoplay: event.outcome };
    case "fetching":
      return { ...state, isFailing: event.isFailing, isFull: state.isFull && event.isFailing };
    case "full":
      return { ...state, isFailing: true, isFull: true };
    case "unsupported":
      return { ...state, isSupported: false };
  }
};

const overlayOf = (state: PlayerState): Overlay => {
  if (state.channel === "offline") {
    return "waiting";
  }
  // The server's word comes about a second before the viewer sees the last picture: let it play.
  if (state.picture === "finished" || (state.channel === "ended" && state.picture !== "moving")) {
    return "ended";
  }
  if (!state.isSupported) {
    return "unsupported";
  }
  if (state.isFull && state.picture !== "moving") {
    return "full";
  }
  if (state.autoplay === "refused") {
    return "start";
  }
  if (state.picture === "moving" || state.isPausedByViewer) {
    return "none";
  }
  return state.channel === "interrupted" || state.isFailing ? "reconnecting" : "loading";
};

export const viewOf = (state: PlayerState): PlayerView => {
  const overlay = overlayOf(state);
  const isShowing = overlay === "none" || overlay === "loading" || overlay === "reconnecting";
  return {
    overlay,
    isReconnecting:
      overlay === "none" && (state.channel === "interrupted" || (state.isFailing && state.channel === "live")),
    offersSound: state.autoplay === "muted" && isShowing,
    hasControls: isShowing && state.picture !== "none",
  };
};
