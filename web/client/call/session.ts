import type { Peer, PeerId, PeerMedia } from "../../../signaling/contract/call.ts";
import type { CallServerMessage } from "../../../signaling/contract/call-messages.ts";
import { qualityEveryMs } from "../../../signaling/contract/limits.ts";
import type { ClientMessage } from "../../../signaling/contract/messages.ts";
import { type Link, RoomConnection } from "../room-connection.ts";
import { CallChat } from "./call-chat.ts";
import { CallQuality } from "./call-quality.ts";
import { type CallState, forgetMissing, noticesOf, outside, receive } from "./call-state.ts";
import { viewOf } from "./call-view.ts";
import { CallVoices } from "./call-voices.ts";
import { ChangeListeners } from "./change-listeners.ts";
import type { Devices } from "./devices.ts";
import { HostCommands } from "./host-commands.ts";
import { Mesh } from "./mesh.ts";
import { watchNetwork } from "./network-watch.ts";
import { isSameMedia, isTokenVoid, mediaAfter, nothingSent, placeOf, refusedMedia } from "./session-rules.ts";
import type { CallSession, CallView, DeviceProblem, JoinRequest, Notice } from "./types.ts";

interface SessionOptions {
  /** `POST /ticket`, absolute or relative to the page. */
  ticketUrl: string;
  media: Devices;
}

export const createCallSession = (options: SessionOptions): CallSession => new Session(options);

const careEveryMs = 500;
const listenEveryMs = 200;
const measureEveryMs = 2_000;
/** What changes within so long is answered by one change of what is sent. */
const adaptAfterMs = 200;

/** One page's part in a call: the connection to the server, the links to the others, and all that follows from both. */
class Session extends HostCommands implements CallSession {
  readonly #ticketUrl: string;
  readonly #media: Devices;
  #state: CallState = outside;
  #link: CallView["link"] = "reconnecting";
  #connection: RoomConnection<CallServerMessage> | null = null;
  /** The last one, and what it was made for: it knows the token by which one comes in again without knocking. */
  #entered: { request: string; connection: RoomConnection<CallServerMessage> } | null = null;
  #mesh = this.#makeMesh();
  #quality = new CallQuality();
  #voices = new CallVoices();
  #chat = new CallChat((message) => this.send(message));
  #isHandUp = false;
  /** What the server was told last: of the hand, and of what is sent. */
  #toldHand = false;
  #toldMedia: PeerMedia = nothingSent;
  #adaptTimer: ReturnType<typeof setTimeout> | null = null;
  /** Ends with the call. */
  #call = new AbortController();
  readonly #listeners = new ChangeListeners();
  readonly #noticeListeners = new Set<(notice: Notice) => void>();
  #view: CallView | null = null;

  constructor({ ticketUrl, media }: SessionOptions) {
    super();
    this.#ticketUrl = ticketUrl;
    this.#media = media;
    media.onChange(() => this.#onMedia());
    media.onNotice((notice) => this.#tell(notice));
  }

  get view(): CallView {
    this.#view ??= viewOf({
      state: this.#state,
      link: this.#link,
      links: this.#mesh.links,
      media: this.#media,
      sent: this.#media.sent,
      isHandUp: this.#isHandUp,
      quality: this.#quality,
      voices: this.#voices,
      chat: this.#chat,
    });
    return this.#view;
  }

  onChange(listener: () => void): () => void {
    return this.#listeners.add(listener);
  }

  onNotice(listener: (notice: Notice) => void): () => void {
    this.#noticeListeners.add(listener);
    return () => this.#noticeListeners.delete(listener);
  }

  join(request: JoinRequest): void {
    this.#end();
    this.#call = new AbortController();
    this.#isHandUp = false;
    this.#state = { ...outside, place: { type: "joining" } };
    const asked = JSON.stringify(request);
    if (this.#entered?.request !== asked) this.#entered = { request: asked, connection: this.#makeConnection(request) };
    this.#connection = this.#entered.connection;
    this.#beginWatching(this.#call.signal);
    this.#connection.start();
    this.#changed();
  }

  leave(): void {
    this.#end();
    this.#state = outside;
    this.#media.release();
    this.#changed();
  }

  setMic(isOn: boolean): Promise<DeviceProblem | null> {
    return this.#media.setMic(isOn);
  }

  setCamera(isOn: boolean): Promise<DeviceProblem | null> {
    return this.#media.setCamera(isOn);
  }

  share(): Promise<DeviceProblem | null> {
    return this.#media.share();
  }

  stopSharing(): void {
    this.#media.stopSharing();
  }

  setHand(isRaised: boolean): void {
    this.#isHandUp = isRaised;
    this.#tellHand();
    this.#changed();
  }

  say(text: string): void {
    if (text.trim() === "") return;
    this.#chat.say(text);
    this.#changed();
  }

  sayAgain(lineId: string): void {
    this.#chat.sayAgain(lineId);
    this.#changed();
  }

  show(peer: PeerId, camera: number, screen: number): void {
    this.#mesh.show(peer, camera, screen);
  }

  #makeConnection({ callId, name, passcode }: JoinRequest): RoomConnection<CallServerMessage> {
    return new RoomConnection<CallServerMessage>({
      ticketUrl: this.#ticketUrl,
      ticketRequest: {
        call: callId,
        ...(name === undefined ? {} : { name }),
        ...(passcode === undefined ? {} : { passcode }),
      },
      hello: () => {
        this.#toldMedia = this.#media.sent;
        this.#toldHand = this.#isHandUp;
        return { media: this.#toldMedia, hand: this.#toldHand };
      },
      onMessage: (message) => this.#onMessage(message),
      onLink: (link) => this.#onLink(link),
      isOffline: () => !navigator.onLine,
      isUrgent: () => this.#mesh.isUrgent(performance.now()),
    });
  }

  #makeMesh(): Mesh {
    return new Mesh({
      tracks: () => this.#media.tracks,
      send: (to, connection, signal) => void this.send({ type: "signal", to, connection, signal }),
      onChange: () => {
        this.#adaptSoon();
        this.#changed();
      },
    });
  }

  protected override get isHost(): boolean {
    return this.#state.peers.some(({ id, isHost }) => isHost && id === this.#state.you);
  }

  protected override send(message: ClientMessage): boolean {
    return this.#connection?.send(message) ?? false;
  }

  #beginWatching(signal: AbortSignal): void {
    const every = (ms: number, work: () => void): void => {
      const timer = setInterval(work, ms);
      signal.addEventListener("abort", () => clearInterval(timer));
    };
    every(careEveryMs, () => this.#care());
    every(listenEveryMs, () => this.#listen());
    every(measureEveryMs, () => void this.#measure());
    every(qualityEveryMs, () => this.#report());
    watchNetwork(
      {
        onOnline: () => this.#onOtherNetwork(),
        onOffline: () => this.#connection?.giveUp(),
        onChange: () => this.#onOtherNetwork(),
        onVisible: () => this.#connection?.checkNow(),
        onPageHide: () => this.leave(),
      },
      signal,
    );
  }

  #onOtherNetwork(): void {
    this.#connection?.checkNow();
    this.#mesh.onNetworkChange(performance.now());
  }

  #onLink(link: Link): void {
    if (link.type === "closed") return this.#onClosed(link);
    if (link.type === "waiting") {
      this.#link = link.isOffline ? "offline" : "reconnecting";
      this.#chat.markBroken();
    }
    if (link.type === "live") {
      this.#link = "live";
      this.#onMedia();
      this.#tellHand();
      this.#flushChat();
    }
    this.#update();
  }

  #onClosed(link: Extract<Link, { type: "closed" }>): void {
    const wasInside = this.#state.place.type === "inside";
    const { room, lines } = this.#state;
    this.#end();
    if (isTokenVoid(link.code)) this.#entered = null;
    this.#state = { ...outside, room, lines, place: placeOf(link) };
    // Whoever has not been let in yet goes on looking at the preview.
    if (wasInside) this.#media.release();
    this.#changed();
  }

  #onMessage(message: CallServerMessage): void {
    const before = this.#state;
    this.#state = receive(before, message, Date.now());
    switch (message.type) {
      case "signal":
        return this.#mesh.take(message.from, message.connection, message.signal, performance.now());
      case "welcome":
        this.#link = "live";
        this.#chat.identify(message.you);
        this.#chat.markShown(message.lines, true);
        this.#onOwn(message.peers.find(({ id }) => id === message.you));
        break;
      case "line":
        this.#chat.markShown([message.line], false);
        this.#flushChat();
        break;
      case "ack":
        this.#chat.acknowledge(message.nonces);
        break;
      case "told":
        // Whoever comes on stage has been heard: the server lowers the hand with that.
        if (message.what === "hand-lowered" || message.what === "on-stage") {
          this.#isHandUp = false;
          this.#toldHand = false;
        }
        this.#obey(mediaAfter(message.what));
        break;
      case "error":
        this.#onError(message);
        break;
      case "peer":
      case "left":
      case "waiting":
      case "room":
      case "rules":
      case "knocks":
      case "ice":
      case "pong":
        break;
    }
    for (const notice of noticesOf(before, message)) this.#tell(notice);
    this.#update();
  }

  /** What a host has decided while this device was away. */
  #onOwn(you: Peer | undefined): void {
    this.#obey(refusedMedia(this.#toldMedia, you));
    if (this.#toldHand && you?.handAt === null) this.#isHandUp = false;
  }

  #onError(message: Extract<CallServerMessage, { type: "error" }>): void {
    if (this.#chat.takeError(message)) return this.#flushChat();
    this.#obey(mediaAfter(message.code));
    // Signals to somebody who has just left are nobody's business.
    if (message.code === "no-such-peer" || (message.code === "rate-limited" && message.nonce === undefined)) return;
    this.#tell({ type: "error", code: message.code, message: message.message });
  }

  /** Switches off what may not be on. */
  #obey(off: PeerMedia): void {
    if (off.mic) void this.#media.setMic(false);
    if (off.camera) void this.#media.setCamera(false);
    if (off.screen) this.#media.stopSharing();
  }

  #onMedia(): void {
    const { sent } = this.#media;
    if (!isSameMedia(sent, this.#toldMedia) && this.send({ type: "media", media: sent })) this.#toldMedia = sent;
    this.#mesh.putTracks();
    // Not at once: a sender has its track a moment after it was given to it.
    this.#adaptSoon();
    this.#changed();
  }

  #tellHand(): void {
    const raised = this.#isHandUp;
    if (raised !== this.#toldHand && this.send({ type: "hand", raised })) this.#toldHand = raised;
  }

  #flushChat(): void {
    if (this.#state.place.type === "inside" && this.#link === "live") this.#chat.flush();
  }

  #update(): void {
    if (this.#connection === null) return;
    const isLive = this.#link === "live" && this.#state.place.type === "inside";
    this.#mesh.update(this.#state, isLive, performance.now());
    this.#changed();
  }

  #care(): void {
    const state = forgetMissing(this.#state, (id) => this.#mesh.links.get(id)?.isConnected ?? false, Date.now());
    if (state !== this.#state) {
      this.#state = state;
      this.#update();
    }
    this.#mesh.care(performance.now());
    // Whoever has no path is told so after a while: that is a matter of time alone.
    if (this.#mesh.isBroken) this.#changed();
  }

  #listen(): void {
    const { peers, you } = this.#state;
    const own = you === null ? null : { id: you, level: this.#media.level() };
    const others = peers.filter(({ id }) => id !== you);
    const now = performance.now();
    if (this.#voices.listen(this.#mesh.links, others, own, now)) this.#changed();
    for (const id of this.#voices.silenced) {
      this.#mesh.links.get(id)?.suspect(now);
      if (this.#link === "live") this.#connection?.checkNow();
    }
  }

  async #measure(): Promise<void> {
    // Where media does not come through, the server's silence may mean the same.
    if (this.#link === "live" && this.#mesh.isUrgent(performance.now())) this.#connection?.checkNow();
    await this.#quality.measure(this.#mesh.links, this.#state.peers, this.#media.tracks, performance.now());
    this.#media.limitCamera(this.#quality.capture);
    this.#changed();
  }

  #report(): void {
    const samples = this.#quality.takeSamples();
    if (samples.length > 0) this.send({ type: "quality", samples });
  }

  /** When many come at once, once for all of them. */
  #adaptSoon(): void {
    this.#adaptTimer ??= setTimeout(() => this.#adapt(), adaptAfterMs);
  }

  #adapt(): void {
    this.#adaptTimer = null;
    this.#quality.adapt(this.#mesh.links, this.#media.tracks, performance.now());
  }

  /** Whatever was going on is over. */
  #end(): void {
    this.#call.abort();
    this.#connection?.leave();
    this.#connection = null;
    this.#mesh.close();
    this.#mesh = this.#makeMesh();
    this.#chat.markBroken();
    this.#chat.stop();
    clearTimeout(this.#adaptTimer ?? undefined);
    this.#adaptTimer = null;
    this.#quality = new CallQuality();
    this.#voices = new CallVoices();
    this.#link = "reconnecting";
  }

  #tell(notice: Notice): void {
    for (const listener of this.#noticeListeners) listener(notice);
  }

  #changed(): void {
    this.#view = null;
    this.#listeners.tellSoon();
  }
}
