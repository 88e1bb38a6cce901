import type { PeerMedia } from "../../../signaling/contract/call.ts";
import { cameraFramesPerSecond, cameraHeight, capture, captureScreen, type Captured } from "./capture.ts";
import { CaptureQueue } from "./capture-queue.ts";
import { readChoice, storeChoice } from "./device-memory.ts";
import { LevelMeter } from "./level-meter.ts";
import type { Tracks } from "./tracks.ts";
import type { DeviceProblem, LocalMedia, Notice } from "./types.ts";

/** The camera, the microphone and the screen of this device: on and off, switched, unplugged. */

type Kind = "camera" | "microphone";
type Choice = LocalMedia["choice"];

/** What adaptation asks of the camera: no more than this. */
export interface CaptureLimit {
  height: number;
  framesPerSecond: number;
}

export class Devices implements LocalMedia {
  readonly wanted: PeerMedia = { mic: false, camera: false, screen: false };
  readonly problems: LocalMedia["problems"] = { camera: null, microphone: null };
  devices: LocalMedia["devices"] = { cameras: [], microphones: [], speakers: [] };
  choice: Choice = readChoice();
  camera: MediaStream | null = null;
  screen: MediaStream | null = null;
  #microphone: MediaStream | null = null;
  readonly #queue = new CaptureQueue();
  /** What the browser is being asked for. */
  readonly #opening = new Map<Kind, Promise<DeviceProblem | null>>();
  readonly #meter = new LevelMeter();
  readonly #listeners = new Set<() => void>();
  readonly #noticeListeners = new Set<(notice: Notice) => void>();
  /** Counts each end of sharing: what was asked for before it is not wanted any more. */
  #sharesEnded = 0;
  #limit: CaptureLimit = { height: cameraHeight, framesPerSecond: cameraFramesPerSecond };

  constructor() {
    if (!("mediaDevices" in navigator)) return;
    navigator.mediaDevices.addEventListener("devicechange", () => void this.#list());
    void this.#list();
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** A device went away. Returns what ends it. */
  onNotice(listener: (notice: Notice) => void): () => void {
    this.#noticeListeners.add(listener);
    return () => this.#noticeListeners.delete(listener);
  }

  /** What is sent now. A camera or a microphone that the system has muted sends nothing that anybody wants. */
  get sent(): PeerMedia {
    const { mic, camera, screen } = this.tracks;
    return {
      mic: this.wanted.mic && mic?.muted === false,
      camera: camera?.muted === false,
      screen: screen !== null,
    };
  }

  get tracks(): Tracks {
    return {
      mic: this.#microphone?.getAudioTracks()[0] ?? null,
      camera: this.camera?.getVideoTracks()[0] ?? null,
      screen: this.screen?.getVideoTracks()[0] ?? null,
      screenSound: this.screen?.getAudioTracks()[0] ?? null,
    };
  }

  /** Off: the microphone stays open and sends silence, so that it is on again at once. */
  async setMic(isOn: boolean): Promise<DeviceProblem | null> {
    this.wanted.mic = isOn;
    const { mic } = this.tracks;
    if (mic !== null) mic.enabled = isOn;
    this.#changed();
    return isOn && mic === null ? this.#open("microphone") : null;
  }

  /** Off: the camera is let go of, and its light goes out. */
  async setCamera(isOn: boolean): Promise<DeviceProblem | null> {
    this.wanted.camera = isOn;
    if (!isOn) {
      this.#use("camera", null);
      this.problems.camera = null;
    }
    this.#changed();
    return isOn && this.camera === null ? this.#open("camera") : null;
  }

  async choose(choice: Partial<Choice>): Promise<DeviceProblem | null> {
    const before = this.choice;
    this.choice = { ...before, ...choice };
    storeChoice(this.choice);
    this.#changed();
    const microphone =
      this.choice.microphoneId !== before.microphoneId && this.#microphone !== null
        ? await this.#switch("microphone")
        : null;
    const camera =
      this.choice.cameraId !== before.cameraId && this.camera !== null ? await this.#switch("camera") : null;
    return microphone ?? camera;
  }

  /** Asks the browser for a screen; must come from a click. */
  async share(): Promise<DeviceProblem | null> {
    const asked = this.#sharesEnded;
    const captured = await captureScreen();
    if ("problem" in captured) return captured.problem;
    // The call was left, or a host has decided, while the browser was asking.
    if (asked !== this.#sharesEnded) {
      stop(captured.stream);
      return "dismissed";
    }
    this.stopSharing();
    this.screen = captured.stream;
    this.wanted.screen = true;
    for (const track of captured.stream.getVideoTracks()) {
      // The browser's own bar has a button that ends it.
      track.addEventListener("ended", () => this.screen === captured.stream && this.stopSharing());
    }
    this.#changed();
    return null;
  }

  stopSharing(): void {
    this.#sharesEnded += 1;
    stop(this.screen);
    this.screen = null;
    this.wanted.screen = false;
    this.#changed();
  }

  level(): number {
    return this.wanted.mic ? this.#meter.level() : 0;
  }

  /** Asks the camera for no more than this, to spare the processor. */
  limitCamera(limit: CaptureLimit): void {
    if (limit.height === this.#limit.height && limit.framesPerSecond === this.#limit.framesPerSecond) return;
    this.#limit = limit;
    this.#applyLimit();
  }

  release(): void {
    this.wanted.mic = false;
    this.#use("microphone", null);
    void this.setCamera(false);
    this.stopSharing();
    this.problems.microphone = null;
    this.limitCamera({ height: cameraHeight, framesPerSecond: cameraFramesPerSecond });
  }

  /** Once, however often it is wanted before it is there. */
  #open(kind: Kind): Promise<DeviceProblem | null> {
    const known = this.#opening.get(kind);
    if (known !== undefined) return known;
    const opening = this.#askFor(kind).finally(() => this.#opening.delete(kind));
    this.#opening.set(kind, opening);
    return opening;
  }

  async #askFor(kind: Kind): Promise<DeviceProblem | null> {
    const captured = await this.#queue.ask(kind, kind === "camera" ? this.choice.cameraId : this.choice.microphoneId);
    return this.#take(kind, captured);
  }

  /** From one device to another while it is on. Some systems open only one camera at a time: then the old one goes first. */
  async #switch(kind: Kind): Promise<DeviceProblem | null> {
    const { choice } = this;
    const request = kind === "camera" ? { cameraId: choice.cameraId } : { microphoneId: choice.microphoneId };
    let captured = await capture(request);
    if ("problem" in captured && captured.problem === "busy") {
      this.#use(kind, null);
      captured = await capture(request);
    }
    // Another one was chosen meanwhile, and is on its way.
    const isOvertaken =
      kind === "camera" ? choice.cameraId !== this.choice.cameraId : choice.microphoneId !== this.choice.microphoneId;
    if (isOvertaken && "stream" in captured) {
      stop(captured.stream);
      return this.#streamOf(kind) === null ? this.#switch(kind) : null;
    }
    // What was used before goes on.
    if ("problem" in captured && this.#streamOf(kind) !== null) return captured.problem;
    return this.#take(kind, captured);
  }

  #take(kind: Kind, captured: Captured): DeviceProblem | null {
    const isWanted = kind === "camera" ? this.wanted.camera : this.wanted.mic || this.#microphone !== null;
    if ("problem" in captured) {
      if (kind === "camera") this.wanted.camera = false;
      else this.wanted.mic = false;
      this.problems[kind] = captured.problem;
      this.#changed();
      return captured.problem;
    }
    // Switched off again, or let go, while the browser was asking.
    if (!isWanted) {
      stop(captured.stream);
      return null;
    }
    this.problems[kind] = null;
    this.#use(kind, captured.stream);
    this.#changed();
    // With the permission come the names of the devices.
    void this.#list();
    return null;
  }

  #use(kind: Kind, stream: MediaStream | null): void {
    stop(this.#streamOf(kind));
    if (kind === "camera") this.camera = stream;
    else this.#microphone = stream;
    const [track] = stream?.getTracks() ?? [];
    if (kind === "microphone") this.#meter.listen(track ?? null);
    if (track === undefined) return;
    if (kind === "microphone") track.enabled = this.wanted.mic;
    else if (this.#limit.height < cameraHeight || this.#limit.framesPerSecond < cameraFramesPerSecond)
      this.#applyLimit();
    track.addEventListener("ended", () => this.#streamOf(kind) === stream && void this.#onUnplugged(kind));
    for (const event of ["mute", "unmute"]) track.addEventListener(event, () => this.#changed());
  }

  /** Never called for what we stop ourselves. */
  async #onUnplugged(kind: Kind): Promise<void> {
    this.#use(kind, null);
    this.#changed();
    const captured = await capture(kind === "camera" ? { cameraId: "" } : { microphoneId: "" });
    const nowUses = "stream" in captured ? (captured.stream.getTracks()[0]?.label ?? null) : null;
    const wasOn = kind === "camera" ? this.wanted.camera : this.wanted.mic;
    this.#take(kind, captured);
    if (wasOn) for (const listener of this.#noticeListeners) listener({ type: "device", kind, nowUses });
  }

  #streamOf(kind: Kind): MediaStream | null {
    return kind === "camera" ? this.camera : this.#microphone;
  }

  #applyLimit(): void {
    const { height, framesPerSecond } = this.#limit;
    const frameRate = { ideal: framesPerSecond, max: framesPerSecond };
    const { camera } = this.tracks;
    // A camera that cannot do it goes on as it is.
    camera
      ?.applyConstraints({ width: { ideal: (height * 16) / 9 }, height: { ideal: height }, frameRate })
      .catch(() => undefined);
  }

  async #list(): Promise<void> {
    const all = await navigator.mediaDevices.enumerateDevices().catch(() => []);
    const ofKind = (kind: MediaDeviceKind) => all.filter((device) => device.kind === kind);
    this.devices = {
      cameras: ofKind("videoinput"),
      microphones: ofKind("audioinput"),
      speakers: ofKind("audiooutput"),
    };
    this.#changed();
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }
}

const stop = (stream: MediaStream | null): void => {
  for (const track of stream?.getTracks() ?? []) track.stop();
};
