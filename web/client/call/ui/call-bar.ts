import type { CallView } from "../types.ts";
import { clockText } from "./clock-text.ts";
import { button, el, icon, setAttributes, setText } from "./element.ts";
import { texts } from "./texts.ts";

/** Above the stage: which room this is, how many are in it, for how long, and how others get here. */
export class CallBar {
  readonly element: HTMLElement;
  readonly #fallbackName: string;
  readonly #since = Date.now();
  readonly #name = el("bdi");
  readonly #locked = el("span", { class: "call-locked", hidden: true }, icon("lock"), texts.locked);
  readonly #count = el("span");
  readonly #clock = el("span", { title: texts.sinceYouCame });
  readonly #link = el("p", { class: "call-link", role: "status" });

  constructor(roomName: string, onInvite: () => void) {
    this.#fallbackName = roomName;
    const invite = button("button button-small button-quiet call-invite", onInvite, icon("link"), texts.invite);
    this.element = el(
      "header",
      { class: "call-bar" },
      el("h1", {}, this.#name),
      el("p", { class: "call-facts" }, this.#locked, this.#count, this.#clock),
      this.#link,
      invite,
    );
  }

  update({ room, rules, link, others }: CallView): void {
    setText(this.#name, room?.name ?? this.#fallbackName);
    setAttributes(this.#locked, { hidden: !rules.locked });
    setText(this.#count, texts.personCount(others.length + 1));
    setText(this.#clock, clockText(Date.now() - this.#since));
    setText(this.#link, link === "live" ? "" : link === "offline" ? texts.linkOffline : texts.linkReconnecting);
  }
}
