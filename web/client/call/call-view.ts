import type { Peer, PeerId, PeerMedia } from "../../../signaling/contract/call.ts";
import type { CallChat } from "./call-chat.ts";
import type { CallQuality } from "./call-quality.ts";
import { areLinked, type CallState } from "./call-state.ts";
import type { CallVoices } from "./call-voices.ts";
import type { Devices } from "./devices.ts";
import type { PeerLink } from "./peer-link.ts";
import type { CallView, PeerView } from "./types.ts";

/** What people see of a call, from all that is known of it. */

export interface ViewSources {
  state: CallState;
  link: CallView["link"];
  links: ReadonlyMap<PeerId, PeerLink>;
  media: Devices;
  sent: PeerMedia;
  isHandUp: boolean;
  quality: CallQuality;
  voices: CallVoices;
  chat: CallChat;
}

export function viewOf(sources: ViewSources): CallView {
  const { state, link, voices } = sources;
  const you = state.peers.find(({ id }) => id === state.you);
  return {
    place: state.place,
    link,
    room: state.room,
    rules: state.rules,
    you: you === undefined ? null : viewOfSelf(you, sources),
    others: state.peers.filter(({ id }) => id !== state.you).map((peer) => viewOfOther(peer, you, sources)),
    knocks: [...state.knocks],
    lines: sources.chat.view(state.lines, you),
    speaker: voices.speaker,
    ice: state.ice,
  };
}

/** As this person has just decided: the server hears of it in a moment. */
function viewOfSelf(you: Peer, { media, sent, isHandUp, voices }: ViewSources): PeerView {
  const handAt = isHandUp ? (you.handAt ?? Date.now()) : null;
  return {
    peer: { ...you, ...sent, handAt, isAway: false },
    isYou: true,
    camera: media.camera,
    sound: null,
    screen: media.screen,
    path: { type: "none" },
    level: () => media.level(),
    isSpeaking: voices.isSpeaking(you.id),
    quality: null,
    isVideoPaused: false,
  };
}

/** What the server says is off is not played, whatever arrives. */
function viewOfOther(peer: Peer, you: Peer | undefined, { links, quality, voices }: ViewSources): PeerView {
  const link = links.get(peer.id);
  const streams = link?.streams ?? null;
  const allowed = (isOn: boolean, stream: MediaStream | undefined): MediaStream | null =>
    isOn && peer.onStage ? (stream ?? null) : null;
  const isLinked = you !== undefined && areLinked(you, peer);
  return {
    peer,
    isYou: false,
    camera: allowed(peer.camera, streams?.camera),
    sound: allowed(peer.mic, streams?.sound),
    screen: allowed(peer.screen, streams?.screen),
    path: link !== undefined && isLinked ? link.path(performance.now()) : { type: "none" },
    level: () => voices.level(peer.id),
    isSpeaking: voices.isSpeaking(peer.id),
    quality: quality.qualityOf(peer.id),
    isVideoPaused: quality.isPaused(peer.id),
  };
}
