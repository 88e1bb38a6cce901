import type { CallSession, CallView, LocalMedia, Notice } from "../types.ts";
import { problemText } from "./device-problem.ts";
import { ask } from "./dialogs.ts";
import { remember } from "./preferences.ts";
import { texts } from "./texts.ts";
import type { Toasts } from "./toasts.ts";

/** What happens in the call, told to this person: most of it in passing, some of it with a question. */
export class Notices {
  readonly #session: CallSession;
  readonly #media: LocalMedia;
  readonly #toasts: Toasts;
  readonly #place: HTMLElement;
  /** Who knocks and was spoken of: a question that was put aside is not asked again. */
  #knocking = new Set<string>();
  #stageDialog: HTMLDialogElement | null = null;

  constructor(session: CallSession, media: LocalMedia, toasts: Toasts, place: HTMLElement) {
    this.#session = session;
    this.#media = media;
    this.#toasts = toasts;
    this.#place = place;
  }

  show(notice: Notice): void {
    switch (notice.type) {
      case "joined":
        return this.#toasts.say(texts.joined(notice.name));
      case "left":
        return this.#toasts.say(texts.left(notice.name));
      case "removed":
        return this.#toasts.say(texts.removedNotice(notice.name));
      case "hand":
        return this.#toasts.say(texts.handNotice(notice.name));
      case "device":
        return this.#toasts.say(texts.deviceGone[notice.kind](notice.nowUses));
      case "told":
        return this.#told(notice.what, notice.by);
      case "error": {
        const known = notice.code in texts.errors ? texts.errors[notice.code as keyof typeof texts.errors] : null;
        return this.#toasts.say(known ?? texts.refusedGeneral);
      }
    }
  }

  /** Who stands at the door: one question for one, and a sum for several. */
  showKnocks({ knocks }: CallView, isPeopleOpen: boolean, openPeople: () => void): void {
    const ids = new Set(knocks.map(({ id }) => id));
    const isNew = knocks.some(({ id }) => !this.#knocking.has(id));
    const isFewer = [...this.#knocking].some((id) => !ids.has(id));
    this.#knocking = ids;
    if (knocks.length === 0 || isFewer || isPeopleOpen) this.#toasts.withdraw("knocks");
    const [first] = knocks;
    if (first === undefined || isPeopleOpen || !(isNew || isFewer)) return;
    const actions =
      knocks.length === 1
        ? [
            {
              label: texts.letIn,
              name: texts.letInName(first.name),
              style: "button button-small",
              run: () => this.#session.admit(first.id, true),
            },
            {
              label: texts.refuse,
              name: texts.refuseName(first.name),
              style: "button button-small button-quiet",
              run: () => this.#session.admit(first.id, false),
            },
          ]
        : [{ label: texts.people, style: "button button-small", run: openPeople }];
    const text = knocks.length === 1 ? texts.knocking(first.name) : texts.manyKnocking(knocks.length);
    this.#toasts.ask("knocks", text, actions);
  }

  async setMic(isOn: boolean): Promise<void> {
    remember({ mic: isOn });
    this.#toasts.withdraw("unmute");
    const problem = await this.#session.setMic(isOn);
    if (problem !== null) this.#toasts.say(problemText(problem, "microphone"));
  }

  async setCamera(isOn: boolean): Promise<void> {
    remember({ camera: isOn });
    const problem = await this.#session.setCamera(isOn);
    if (problem !== null) this.#toasts.say(problemText(problem, "camera"));
  }

  #told(what: Extract<Notice, { type: "told" }>["what"], by: string): void {
    const text = texts.told[what](by);
    switch (what) {
      case "asked-to-unmute":
        if (this.#media.wanted.mic) return;
        return this.#toasts.ask("unmute", text, [
          { label: texts.unmute, style: "button button-small", run: () => void this.setMic(true) },
          { label: texts.notNow, style: "button button-small button-quiet", run: () => undefined },
        ]);
      case "on-stage":
        return this.#askOnStage(text);
      case "off-stage":
        this.#stageDialog?.close();
        return this.#toasts.say(text);
      case "muted":
      case "share-stopped":
      case "hand-lowered":
        return this.#toasts.say(text);
    }
  }

  /** Nothing is switched on for somebody who did not ask for it. */
  #askOnStage(text: string): void {
    this.#stageDialog?.close();
    this.#stageDialog = ask(this.#place, texts.onStageTitle, `${text}. ${texts.onStageText}`, [
      {
        label: texts.onStageBoth,
        style: "button",
        run: () => void Promise.all([this.setMic(true), this.setCamera(true)]),
      },
      { label: texts.onStageMic, style: "button button-quiet", run: () => void this.setMic(true) },
      { label: texts.notNow, style: "button button-quiet", run: () => undefined },
    ]);
  }
}
