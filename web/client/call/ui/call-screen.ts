import type { CallSession, CallView, LocalMedia, Notice } from "../types.ts";
import { CallBar } from "./call-bar.ts";
import { ChatPanel } from "./chat-panel.ts";
import { ControlBar, type Controls } from "./control-bar.ts";
import { ask, openDevices, openShortcuts } from "./dialogs.ts";
import { button, el, icon, setAttributes } from "./element.ts";
import { invite } from "./invite.ts";
import { Notices } from "./notices.ts";
import { PathPanel } from "./path-panel.ts";
import { PeoplePanel } from "./people-panel.ts";
import { Playback } from "./playback.ts";
import { Popup } from "./popup.ts";
import { hostActions, type PersonAction } from "./person-actions.ts";
import { QualityPanel } from "./quality-panel.ts";
import type { RoomFacts } from "./room-facts.ts";
import { listenToKeys, shortcutList } from "./shortcuts.ts";
import { type PanelName, SidePanel } from "./side-panel.ts";
import { StageView } from "./stage-view.ts";
import { texts } from "./texts.ts";
import type { TileId } from "./arrangement.ts";
import { Toasts } from "./toasts.ts";
import { keepAwake } from "./wake-lock.ts";

/** Times pass: "still looking" is said after a while, ms. */
const tickMs = 1_000;
const levelMs = 100;

/** The call itself, from the first picture until somebody leaves. */
export class CallScreen {
  readonly element: HTMLElement;
  readonly #session: CallSession;
  readonly #media: LocalMedia;
  readonly #onLeave: () => void;
  readonly #ended = new AbortController();
  readonly #popup: Popup;
  readonly #stage: StageView;
  readonly #controls: ControlBar;
  readonly #panel: SidePanel;
  readonly #chat: ChatPanel;
  readonly #toasts = new Toasts();
  readonly #notices: Notices;
  readonly #playback: Playback;
  readonly #hear: HTMLButtonElement;
  readonly #main: HTMLElement;
  readonly #bar: CallBar;
  /** As in call-panels.css. */
  readonly #isNarrow = matchMedia("(width < 52rem)");
  /** The space bar is held, and has switched the microphone on. */
  #isTalking = false;
  /** Who cannot be reached, and was spoken of. */
  #failed = new Set<string>();

  constructor(facts: RoomFacts, session: CallSession, media: LocalMedia, onLeave: () => void) {
    const { signal } = this.#ended;
    this.#session = session;
    this.#media = media;
    this.#onLeave = onLeave;
    this.#popup = new Popup(() => this.#controls.element.querySelector("button"), signal);
    const actions = this.#makeControls();
    this.#controls = new ControlBar(actions, media, this.#popup);
    this.#stage = new StageView(
      session,
      {
        onMenu: (tile, opener) => this.#openTileMenu(tile, opener),
        onWhy: () => actions.togglePanel("paths"),
        onStopSharing: () => session.stopSharing(),
      },
      signal,
    );
    this.#chat = new ChatPanel(session);
    this.#panel = new SidePanel(
      {
        chat: this.#chat,
        people: new PeoplePanel(session, this.#popup, (person) => this.#askRemove(person)),
        quality: new QualityPanel(),
        paths: new PathPanel(),
      },
      () => this.#showPanel(null, null),
    );
    this.#playback = new Playback((isBlocked) => setAttributes(this.#hear, { hidden: !isBlocked }));
    this.#hear = button("button call-hear", () => this.#playback.resume(), icon("sound"), texts.clickToHear);
    this.#hear.hidden = true;
    this.#bar = new CallBar(facts.name, () => void invite(facts, this.#toasts));
    this.#main = el(
      "div",
      { class: "call-main" },
      this.#bar.element,
      this.#stage.element,
      this.#hear,
      this.#controls.element,
    );
    this.element = el(
      "section",
      { class: "call dark", "aria-label": texts.call(facts.name), tabindex: "-1" },
      this.#main,
      this.#panel.element,
    );
    this.element.append(this.#toasts.element, this.#popup.element, this.#playback.element);
    this.#notices = new Notices(session, media, this.#toasts, this.element);
    keepAwake(signal);
    listenToKeys({ ...actions, talk: (isHeld) => this.#talk(isHeld) }, signal);
    // iOS lays its keyboard over the page: the call takes what is left.
    const { visualViewport } = window;
    visualViewport?.addEventListener(
      "resize",
      () => this.element.style.setProperty("--visible-height", `${visualViewport.height * visualViewport.scale}px`),
      { signal },
    );
    this.#isNarrow.addEventListener("change", () => this.#coverMain(this.#panel.open !== null), { signal });
    const timers = [
      setInterval(() => this.update(session.view), tickMs),
      setInterval(() => this.#controls.showLevel(media.level()), levelMs),
    ];
    signal.addEventListener("abort", () => timers.forEach(clearInterval));
  }

  update(view: CallView): void {
    this.#bar.update(view);
    this.#stage.update(view);
    this.#sayFailures(view);
    this.#playback.update(view.others, this.#speakerId());
    this.#panel.update(view);
    this.#notices.showKnocks(view, this.#panel.open === "people", () => this.#showPanel("people", null));
    const unread = this.#chat.unread(view, this.#panel.open === "chat");
    this.#controls.update(view, this.#stage.mode, this.#panel.open, unread);
  }

  /** Once for each who cannot be reached: their tile may be on another page, or not be seen at all. */
  #sayFailures({ others }: CallView): void {
    const failed = new Set<string>();
    for (const { peer, path } of others) {
      if (path.type !== "failed") continue;
      failed.add(peer.id);
      if (!this.#failed.has(peer.id)) this.#toasts.say(texts.failed[path.why](peer.name));
    }
    this.#failed = failed;
  }

  /** A speaker that was unplugged would be silence: then the browser's choice. */
  #speakerId(): string {
    const { devices, choice } = this.#media;
    return devices.speakers.some(({ deviceId }) => deviceId === choice.speakerId) ? choice.speakerId : "";
  }

  /** For as long as it is held; whoever can be heard already is not muted by it. */
  #talk(isHeld: boolean): void {
    const you = this.#session.view.you?.peer;
    if (isHeld === this.#isTalking || (isHeld && (you?.onStage !== true || you.mic))) return;
    this.#isTalking = isHeld;
    void this.#session.setMic(isHeld);
  }

  notice(notice: Notice): void {
    this.#notices.show(notice);
  }

  /** The call as a whole is named; no button has the focus, so that the space bar is for talking. */
  focus(): void {
    this.element.focus({ preventScroll: true });
  }

  close(): void {
    this.#playback.stop();
    // What a dialog has begun ends with it.
    for (const dialog of this.element.querySelectorAll("dialog")) dialog.close();
    this.#ended.abort();
    this.element.remove();
  }

  #makeControls(): Controls {
    const session = this.#session;
    const you = (): CallView["you"] => session.view.you;
    const mayBeSeen = (): boolean => you()?.peer.onStage === true;
    return {
      toggleMic: () => mayBeSeen() && void this.#notices.setMic(you()?.peer.mic !== true),
      toggleCamera: () => mayBeSeen() && void this.#notices.setCamera(you()?.peer.camera !== true),
      toggleShare: () => {
        if (you()?.peer.screen === true) session.stopSharing();
        else if (mayBeSeen()) void this.#share();
      },
      toggleHand: () => session.setHand(you()?.peer.handAt === null),
      togglePanel: (name, opener) => {
        const isOpen = this.#panel.open === name;
        this.#showPanel(isOpen ? null : name, opener ?? this.#controls.openerOf(name));
      },
      toggleView: () => {
        this.#stage.toggleMode();
        this.update(session.view);
      },
      openDevices: () => openDevices(this.element, this.#media),
      openShortcuts: () => openShortcuts(this.element, shortcutList()),
      leave: () => this.#onLeave(),
    };
  }

  async #share(): Promise<void> {
    const problem = await this.#session.share();
    // Who closes the browser's question has changed their mind; that needs no word.
    if (problem !== null && problem !== "denied" && problem !== "dismissed") this.#toasts.say(texts.refusedGeneral);
  }

  #showPanel(name: PanelName | null, opener: HTMLElement | null): void {
    this.#popup.close();
    this.#coverMain(name !== null);
    this.#panel.show(name, opener, this.#session.view);
    this.update(this.#session.view);
  }

  /** Where the panel covers the rest, the rest cannot be reached by keyboard either. */
  #coverMain(hasPanel: boolean): void {
    this.#main.inert = hasPanel && this.#isNarrow.matches;
  }

  #openTileMenu(tile: TileId, opener: HTMLElement): void {
    const { view } = this.#session;
    const person = [...(view.you === null ? [] : [view.you]), ...view.others].find(({ peer }) => peer.id === tile.peer);
    if (person === undefined) return;
    const pin: PersonAction = {
      label: this.#stage.isPinned(tile) ? texts.unpin : texts.pin,
      icon: "pin",
      run: () => this.#stage.togglePin(tile),
    };
    const actions = hostActions(this.#session, view, person, (removed) => this.#askRemove(removed));
    this.#popup.open(opener, texts.menuOf(person.peer.name), [pin, ...actions]);
  }

  #askRemove({ id, name }: { id: string; name: string }): void {
    ask(this.element, texts.removeTitle(name), texts.removeText, [
      { label: texts.removeOnce, style: "button button-danger", run: () => this.#session.remove(id, false) },
      { label: texts.removeAndBar, style: "button button-danger", run: () => this.#session.remove(id, true) },
      { label: texts.cancel, style: "button button-quiet", run: () => undefined },
    ]);
  }
}
