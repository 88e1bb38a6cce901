import { closeCodes } from "../../../../signaling/contract/limits.ts";
import type { CallSession, CallView, JoinRequest, LocalMedia } from "../types.ts";
import { CallScreen } from "./call-screen.ts";
import { ask } from "./dialogs.ts";
import { button, el } from "./element.ts";
import { MessageScreen, type ScreenAction } from "./message-screen.ts";
import { Prejoin } from "./prejoin.ts";
import { Preview } from "./preview.ts";
import type { RoomFacts } from "./room-facts.ts";
import { texts } from "./texts.ts";

type Screen = "prejoin" | "waiting" | "call" | "shut" | "left" | "unsupported";

/** The page of a room: which of its screens is there, and what leads from one to the next. */
export class CallPage {
  readonly #root: HTMLElement;
  readonly #facts: RoomFacts;
  readonly #session: CallSession;
  readonly #media: LocalMedia;
  readonly #message = new MessageScreen();
  #screen: Screen | null = null;
  #prejoin: Prejoin | null = null;
  #preview: Preview | null = null;
  #call: CallScreen | null = null;
  /** Ends what belongs to the screen that is there. */
  #shown = new AbortController();
  #request: JoinRequest | null = null;
  /** Why the door was shut, as it is said on the screen. */
  #shutFor: CallView["place"] | null = null;
  /** What was on when somebody left or was not let in, to be on again when they come back. */
  #wasOn = { mic: false, camera: false };
  #hasLeft = false;

  constructor(root: HTMLElement, facts: RoomFacts, session: CallSession, media: LocalMedia) {
    this.#root = root;
    this.#facts = facts;
    this.#session = session;
    this.#media = media;
  }

  start(): void {
    if (!("RTCPeerConnection" in window)) return this.#showUnsupported();
    this.#session.onChange(() => this.#update());
    this.#session.onNotice((notice) => this.#call?.notice(notice));
    this.#media.onChange(() => this.#update());
    this.#update();
  }

  #update(): void {
    const { view } = this.#session;
    const screen = this.#screenFor(view);
    if (screen !== this.#screen) this.#switchTo(screen, view);
    if (screen === "call" || screen === "waiting" || view.place.type === "joining") {
      const { mic, camera } = this.#media.wanted;
      this.#wasOn = { mic, camera };
    }
    this.#prejoin?.update(view);
    this.#preview?.update();
    this.#call?.update(view);
    this.#message.setBusy(view.place.type === "joining");
    if (screen === "waiting" && view.place.type === "waiting") this.#showWaiting(view.place.hostIsHere);
    // The same door may be shut once more, for another reason; and the devices, which were on again, are let go again.
    if (screen === "shut" && view.place.type !== "joining" && view.place !== this.#shutFor) {
      this.#showShut(view);
      this.#message.focus();
    }
  }

  #screenFor({ place }: CallView): Screen {
    switch (place.type) {
      case "outside":
        return this.#hasLeft ? "left" : "prejoin";
      case "joining":
        // Coming back, the screen that was there stays until the call is.
        return this.#screen === null || this.#screen === "call" ? "prejoin" : this.#screen;
      case "waiting":
        return "waiting";
      case "inside":
        return "call";
      case "shut":
        return "shut";
      case "no-ticket":
        return place.reason === "passcode" || place.reason === "name" || place.reason === "unknown"
          ? "prejoin"
          : "shut";
    }
  }

  #switchTo(screen: Screen, view: CallView): void {
    const isFirst = this.#screen === null;
    this.#screen = screen;
    this.#shown.abort();
    this.#shown = new AbortController();
    this.#call?.close();
    [this.#prejoin, this.#preview, this.#call] = [null, null, null];
    document.documentElement.toggleAttribute("data-in-call", screen === "call");
    const { signal } = this.#shown;
    if (screen === "prejoin") {
      this.#prejoin = new Prejoin(this.#facts, this.#media, (request) => this.#join(request), signal);
      this.#root.replaceChildren(this.#prejoin.element);
    } else if (screen === "call") {
      this.#hasLeft = false;
      this.#call = new CallScreen(this.#facts, this.#session, this.#media, () => this.#leave());
      this.#root.replaceChildren(this.#call.element);
      this.#call.update(view);
      this.#call.focus();
    } else {
      this.#showMessage(screen, view, signal);
      if (!isFirst) this.#message.focus();
    }
  }

  #showMessage(screen: Screen, view: CallView, signal: AbortSignal): void {
    const isListener = this.#facts.mode === "stage" && !this.#facts.isHost;
    if (screen === "waiting" && !isListener) this.#preview = new Preview(this.#media, signal);
    const side = el("div", { class: "prejoin-side" }, this.#message.element);
    this.#root.replaceChildren(
      this.#preview === null ? this.#message.element : el("div", { class: "prejoin" }, this.#preview.element, side),
    );
    if (screen === "left") this.#showLeft();
    if (screen === "shut") this.#showShut(view);
  }

  #join(request: JoinRequest): void {
    this.#request = request;
    this.#session.join(request);
  }

  #leave(): void {
    this.#hasLeft = true;
    this.#session.leave();
    this.#update();
  }

  /** As before: the same name, and on what was on. */
  #rejoin(): void {
    const { mic, camera } = this.#wasOn;
    if (this.#request === null) return location.reload();
    if (mic) void this.#media.setMic(true);
    if (camera) void this.#media.setCamera(true);
    this.#session.join(this.#request);
  }

  #showWaiting(hostIsHere: boolean): void {
    this.#message.show(texts.waitingTitle, hostIsHere ? texts.waitingForHost : texts.waitingNoHost, [
      { label: texts.cancel, to: () => this.#session.leave() },
    ]);
  }

  #showLeft(): void {
    const endForAll = el(
      "form",
      { method: "post", action: `/rooms/${this.#facts.callId}/end` },
      button("button button-danger", () => this.#askEnd(endForAll), texts.endForAll),
    );
    this.#message.show(
      texts.leftTitle,
      texts.leftText,
      [
        { label: texts.rejoin, to: () => this.#rejoin() },
        { label: texts.allRooms, to: "/rooms" },
      ],
      this.#facts.isHost ? endForAll : null,
    );
  }

  #askEnd(form: HTMLFormElement): void {
    ask(this.#root, texts.endForAllSure, texts.endForAllText, [
      { label: texts.endForAll, style: "button button-danger", run: () => form.submit() },
      { label: texts.cancel, style: "button button-quiet", run: () => undefined },
    ]);
  }

  #showShut({ place }: CallView): void {
    this.#shutFor = place;
    this.#media.release();
    const name =
      place.type === "shut" ? nameOfCode(place.code) : place.type === "no-ticket" ? refusals[place.reason] : "unknown";
    const { title, text } = texts.shut[name];
    const rejoin: ScreenAction = { label: texts.rejoin, to: () => this.#rejoin() };
    const retry: ScreenAction = { ...rejoin, label: texts.tryAgain };
    const rooms: ScreenAction = { label: texts.allRooms, to: "/rooms" };
    const next = encodeURIComponent(location.pathname);
    const actions: Record<keyof typeof texts.shut, ScreenAction[]> = {
      removed: [rooms],
      refused: [retry, rooms],
      replaced: [{ label: texts.useHere, to: () => this.#rejoin() }],
      gone: this.#facts.isHost ? [{ label: texts.reload, to: () => location.reload() }, rooms] : [rooms],
      full: [retry, rooms],
      locked: [retry, rooms],
      version: [{ label: texts.reload, to: () => location.reload() }],
      tooMany: [rejoin],
      unauthorized: [rejoin],
      "sign-in": [{ label: texts.signIn, to: `/login?next=${next}` }],
      unknown: [retry, rooms],
    };
    this.#message.show(title, text, actions[name]);
  }

  #showUnsupported(): void {
    this.#screen = "unsupported";
    this.#message.show(texts.unsupportedTitle, texts.unsupportedText, []);
    this.#root.replaceChildren(this.#message.element);
  }
}

const refusals = {
  passcode: "unknown",
  name: "unknown",
  unknown: "unknown",
  "sign-in": "sign-in",
  gone: "gone",
  ended: "gone",
} as const;

/** Why the server has closed the door, as the texts call it. */
function nameOfCode(code: number): keyof typeof texts.shut {
  switch (code) {
    case closeCodes.removed:
      return "removed";
    case closeCodes.refused:
      return "refused";
    case closeCodes.replaced:
      return "replaced";
    case closeCodes.gone:
      return "gone";
    case closeCodes.full:
      return "full";
    case closeCodes.locked:
      return "locked";
    case closeCodes.version:
      return "version";
    case closeCodes.tooMany:
      return "tooMany";
    case closeCodes.unauthorized:
      return "unauthorized";
    default:
      return "unknown";
  }
}
