import type { CallRules, Knock } from "../../../../signaling/contract/call.ts";
import type { CallSession, CallView, PeerView } from "../types.ts";
import { button, el, icon, iconButton, nameOf, setAttributes, setText, syncList } from "./element.ts";
import { hostActions } from "./person-actions.ts";
import type { Popup } from "./popup.ts";
import type { Panel } from "./side-panel.ts";
import { texts } from "./texts.ts";
import { initialOf } from "./tile.ts";

interface PeopleSection {
  element: HTMLElement;
  list: HTMLElement;
  known: Map<string, HTMLElement>;
}

/** Who is here, who wants to come in, who wants to speak; and what a host can do about all of them. */
export class PeoplePanel implements Panel {
  readonly title = texts.people;
  readonly element = el("div", { class: "people", role: "region", "aria-label": texts.people, tabindex: "0" });
  readonly #session: CallSession;
  readonly #popup: Popup;
  readonly #onRemove: (person: { id: string; name: string }) => void;
  readonly #count = el("p", { class: "people-count" });
  readonly #knocks = section(texts.waitingAtTheDoor);
  readonly #hands = section(texts.hands);
  readonly #stage = section(texts.onStage);
  readonly #others = section(texts.listeners);
  readonly #tools: HTMLElement;
  readonly #rules: Record<keyof CallRules, HTMLInputElement>;
  #view: CallView | null = null;

  constructor(session: CallSession, popup: Popup, onRemove: (person: { id: string; name: string }) => void) {
    this.#session = session;
    this.#popup = popup;
    this.#onRemove = onRemove;
    this.#rules = {
      locked: this.#switch((isOn) => ({ locked: isOn })),
      mayUnmute: this.#switch((isOn) => ({ mayUnmute: isOn })),
      mayShare: this.#switch((isOn) => ({ mayShare: isOn })),
    };
    const rule = (name: keyof CallRules, label: string, hint?: string): HTMLElement =>
      el(
        "label",
        { class: "rule" },
        el("span", {}, label, hint === undefined ? null : el("small", {}, hint)),
        this.#rules[name],
      );
    this.#tools = el(
      "section",
      { class: "people-tools", "aria-label": texts.hostTools },
      rule("locked", texts.lock, texts.lockHint),
      rule("mayUnmute", texts.mayUnmute),
      rule("mayShare", texts.mayShare),
      button("button button-quiet button-wide", () => session.mute(null), icon("mic-off"), texts.muteAll),
    );
    const { element } = this;
    element.append(
      this.#knocks.element,
      this.#count,
      this.#hands.element,
      this.#stage.element,
      this.#others.element,
      this.#tools,
    );
  }

  update(view: CallView): void {
    this.#view = view;
    const people = [...(view.you === null ? [] : [view.you]), ...view.others];
    const isStage = view.room?.mode === "stage";
    // A host comes in on top of those there may be.
    setText(this.#count, texts.inTheCall(people.length, Math.max(people.length, view.room?.capacity ?? 0)));
    this.#showKnocks(view.knocks);
    const raised = people
      .filter(({ peer }) => peer.handAt !== null)
      .toSorted((a, b) => (a.peer.handAt ?? 0) - (b.peer.handAt ?? 0));
    this.#showPeople(this.#hands, raised, true);
    this.#showPeople(this.#stage, isStage ? people.filter(({ peer }) => peer.onStage) : people);
    this.#showPeople(this.#others, isStage ? people.filter(({ peer }) => !peer.onStage) : []);
    const heading = this.#stage.element.querySelector("h3");
    if (heading !== null) setText(heading, isStage ? texts.onStage : texts.everybody);
    setAttributes(this.#tools, { hidden: view.you?.peer.isHost !== true });
    for (const name of ["locked", "mayUnmute", "mayShare"] as const) {
      if (this.#rules[name].checked !== view.rules[name]) this.#rules[name].checked = view.rules[name];
    }
  }

  onShown(): HTMLElement | null {
    return this.element.querySelector<HTMLElement>(".knock .button");
  }

  #switch(rules: (isOn: boolean) => Partial<CallRules>): HTMLInputElement {
    const input = el("input", { type: "checkbox", role: "switch" });
    input.addEventListener("change", () => this.#session.setRules(rules(input.checked)));
    return input;
  }

  #showKnocks(knocks: Knock[]): void {
    setAttributes(this.#knocks.element, { hidden: knocks.length === 0 });
    syncList(this.#knocks.list, knocks, this.#knocks.known, {
      keyOf: ({ id }) => id,
      make: ({ id, name }) => {
        const letIn = button("button button-small", () => this.#session.admit(id, true), texts.letIn);
        const refuse = button("button button-small button-quiet", () => this.#session.admit(id, false), texts.refuse);
        letIn.setAttribute("aria-label", texts.letInName(name));
        refuse.setAttribute("aria-label", texts.refuseName(name));
        return el(
          "li",
          { class: "person knock" },
          nameOf(name, "person-name"),
          el("span", { class: "button-row" }, letIn, refuse),
        );
      },
      update: () => undefined,
    });
  }

  #showPeople({ element, list, known }: PeopleSection, people: PeerView[], isHands = false): void {
    setAttributes(element, { hidden: people.length === 0 });
    syncList(list, people, known, {
      keyOf: ({ peer }) => peer.id,
      make: ({ peer }) => this.#makePerson(peer.id),
      update: (row, person) => this.#fillPerson(row, person, isHands),
    });
  }

  #makePerson(id: string): HTMLElement {
    const more = iconButton("call-button", "more", "", () => {
      const view = this.#view;
      const person = view?.others.find(({ peer }) => peer.id === id);
      if (view === null || person === undefined) return;
      const actions = hostActions(this.#session, view, person, this.#onRemove);
      if (actions.length > 0) this.#popup.open(more, texts.menuOf(person.peer.name), actions);
    });
    setAttributes(more, { "aria-haspopup": "menu", "aria-expanded": "false" });
    const bring = button("button button-small", () => this.#session.setStage(id, true), texts.bringOnStage);
    return el(
      "li",
      { class: "person" },
      el("span", { class: "person-avatar", "aria-hidden": "true" }),
      el("span", { class: "person-text" }, nameOf("", "person-name"), el("small", {})),
      el("span", { class: "person-marks" }),
      bring,
      more,
    );
  }

  #fillPerson(row: HTMLElement, person: PeerView, isHands: boolean): void {
    const { peer, isYou } = person;
    const view = this.#view;
    const [avatar, text, marks, bring, more] = row.children;
    if (!(avatar instanceof HTMLElement) || !text || !marks || !bring || !more) return;
    avatar.style.setProperty("--person", `var(--name-${peer.color})`);
    setText(avatar, initialOf(peer.name));
    const [name, about] = text.children;
    if (name !== undefined) setText(name, peer.name);
    // Beside the name it would be the first to be cut off.
    const facts = [
      ...(isYou ? [texts.you] : []),
      ...(peer.isHost ? [texts.host] : peer.isGuest ? [texts.guest] : []),
      ...(peer.isAway ? [texts.away] : []),
    ];
    if (about !== undefined) setText(about, facts.join(" · "));
    const shown = [
      ...(peer.onStage && !isHands ? [peer.mic ? "mic" : "mic-off", peer.camera ? "camera" : "camera-off"] : []),
      ...(peer.screen && !isHands ? ["screen"] : []),
      ...(peer.handAt !== null && !isHands ? ["hand"] : []),
    ];
    const said = [...(peer.mic ? [] : [texts.micIsOff]), ...(peer.handAt === null ? [] : [texts.handIsUp])].join(", ");
    if (marks.getAttribute("data-marks") !== shown.join(" ")) {
      marks.setAttribute("data-marks", shown.join(" "));
      marks.replaceChildren(...shown.map((each) => icon(each)), el("span", { class: "visually-hidden" }, said));
    }
    // What a raised hand on a stage asks for is one click away; the rest is where they are listed as a listener.
    const mayBring = isHands && !peer.onStage && view?.you?.peer.isHost === true;
    setAttributes(bring, { hidden: !mayBring, "aria-label": texts.bringName(peer.name) });
    const hasActions = view !== null && hostActions(this.#session, view, person, this.#onRemove).length > 0;
    setAttributes(more, {
      hidden: !hasActions || mayBring,
      "aria-label": texts.menuOf(peer.name),
      title: texts.menuOf(peer.name),
    });
  }
}

function section(title: string): PeopleSection {
  const list = el("ul", { role: "list" });
  return { element: el("section", { hidden: true }, el("h3", {}, title), list), list, known: new Map() };
}
