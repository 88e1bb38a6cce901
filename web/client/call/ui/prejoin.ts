import type { CallView, JoinRequest, LocalMedia } from "../types.ts";
import { DevicePickers } from "./device-pickers.ts";
import { DeviceProblems } from "./device-problem.ts";
import { el, icon, setAttributes, setText } from "./element.ts";
import { invitationField } from "./invite.ts";
import { readPreferences, remember } from "./preferences.ts";
import { Preview } from "./preview.ts";
import type { RoomFacts } from "./room-facts.ts";
import { texts } from "./texts.ts";

/** Joining usually takes a moment; after so long a reason is given, ms. */
const slowAfterMs = 3_000;

/** One line of the form, with room for what is wrong with it. */
class Field {
  readonly element: HTMLElement;
  readonly input: HTMLInputElement;
  readonly #error: HTMLElement;

  constructor(id: string, label: string, attributes: Record<string, string | boolean>) {
    this.input = el("input", { id, required: true, "aria-describedby": `${id}-error`, ...attributes });
    this.#error = el("p", { class: "field-error", id: `${id}-error`, role: "alert", hidden: true });
    this.element = el("div", { class: "field" }, el("label", { for: id }, label), this.input, this.#error);
  }

  setError(text: string | null): void {
    if (this.#error.textContent === (text ?? "")) return;
    setAttributes(this.input, { "aria-invalid": text === null ? null : "true" });
    setAttributes(this.#error, { hidden: text === null });
    this.#error.replaceChildren(...(text === null ? [] : [icon("alert"), el("span", {}, text)]));
  }
}

/** Before joining: how one looks and sounds, one's name, and what the room asks for. */
export class Prejoin {
  readonly element: HTMLElement;
  readonly #facts: RoomFacts;
  readonly #media: LocalMedia;
  readonly #preview: Preview | null;
  readonly #pickers: DevicePickers;
  readonly #problems: DeviceProblems;
  readonly #name: Field | null;
  readonly #passcode: Field;
  readonly #join = el("button", { type: "submit", class: "button button-wide" });
  readonly #hint: HTMLElement;
  readonly #failed = el("p", { class: "form-error", role: "alert", hidden: true });
  #joiningSince: number | null = null;
  /** Sent, and the answer was not spoken of yet. */
  #hasTried = false;

  constructor(facts: RoomFacts, media: LocalMedia, onJoin: (request: JoinRequest) => void, signal: AbortSignal) {
    this.#facts = facts;
    this.#media = media;
    const isListener = facts.mode === "stage" && !facts.isHost;
    this.#preview = isListener ? null : new Preview(media, signal);
    this.#pickers = new DevicePickers(media, "prejoin-device");
    this.#problems = new DeviceProblems(media);
    this.#name =
      facts.yourName === null
        ? new Field("your-name", texts.yourName, { maxlength: "80", autocomplete: "nickname", autocapitalize: "words" })
        : null;
    if (this.#name !== null) this.#name.input.value = readPreferences().name;
    this.#passcode = new Field("passcode", texts.passcode, {
      maxlength: "64",
      autocomplete: "off",
      autocapitalize: "none",
      spellcheck: "false",
    });
    // The host may have set one since this page was opened: then it is asked for when the server wants it.
    setAttributes(this.#passcode.element, { hidden: !facts.hasPasscode || facts.isHost });
    this.#hint = el("p", { class: "hint" }, isListener ? texts.joinAsListener : texts.joinWithout);
    const form = el(
      "form",
      { class: "prejoin-form" },
      this.#failed,
      this.#name?.element ?? el("p", {}, texts.joinAs(facts.yourName ?? "")),
      this.#passcode.element,
      this.#join,
      this.#hint,
    );
    form.noValidate = true;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit(onJoin);
    });
    this.element = el(
      "div",
      { class: isListener ? "prejoin prejoin-listener" : "prejoin" },
      this.#preview?.element ?? null,
      el("div", { class: "prejoin-side" }, this.#problems.element, form, isListener ? null : this.#pickers.element),
      facts.isHost
        ? el(
            "section",
            { class: "prejoin-invitation" },
            el("p", {}, texts.inviteOthers),
            invitationField(facts.url, "button-quiet"),
            facts.hasPasscode && el("p", { class: "hint" }, texts.inviteWithPasscode),
          )
        : null,
    );
    if (this.#preview !== null) void this.#startIfAllowed(this.#preview);
  }

  /** Devices start by themselves only where the browser need not ask. */
  async #startIfAllowed(preview: Preview): Promise<void> {
    // There is nothing to ask for: what is wrong is said at once.
    if (!("mediaDevices" in navigator)) return preview.start(true, true);
    const [mic, camera] = await Promise.all([isGranted("microphone"), isGranted("camera")]);
    const wanted = readPreferences();
    if ((mic && wanted.mic) || (camera && wanted.camera))
      await preview.start(mic && wanted.mic, camera && wanted.camera);
  }

  #submit(onJoin: (request: JoinRequest) => void): void {
    const name = this.#name?.input.value.trim() ?? "";
    const passcode = this.#passcode.input.value;
    const needsPasscode = !this.#passcode.element.hidden;
    this.#name?.setError(name === "" ? texts.nameNeeded : null);
    this.#passcode.setError(needsPasscode && passcode === "" ? texts.passcodeNeeded : null);
    if (this.#name !== null && name === "") return this.#name.input.focus();
    if (needsPasscode && passcode === "") return this.#passcode.input.focus();
    this.#hasTried = true;
    if (this.#name !== null) remember({ name });
    onJoin({
      callId: this.#facts.callId,
      ...(this.#name === null ? {} : { name }),
      ...(needsPasscode ? { passcode } : {}),
    });
  }

  update({ place, link }: CallView): void {
    this.#preview?.update();
    this.#pickers.update();
    this.#problems.update();
    const { mic, camera } = this.#media.wanted;
    setAttributes(this.#hint, { hidden: mic && camera });
    const isJoining = place.type === "joining";
    this.#join.disabled = isJoining;
    setText(this.#join, isJoining ? texts.joining : texts.join);
    this.#joiningSince = isJoining ? (this.#joiningSince ?? Date.now()) : null;
    const isSlow = this.#joiningSince !== null && Date.now() - this.#joiningSince > slowAfterMs;
    if (isSlow) this.#say(link === "offline" ? texts.linkOffline : texts.joiningSlow);
    else this.#showFailed(place.type === "no-ticket" && !this.#isAboutField(place.reason) ? place.message : "");
    if (place.type !== "no-ticket" || !this.#isAboutField(place.reason)) return;
    const wasAsked = !this.#passcode.element.hidden;
    if (place.reason === "passcode") setAttributes(this.#passcode.element, { hidden: false });
    if (!this.#hasTried) return;
    this.#hasTried = false;
    if (place.reason === "name") this.#showError(this.#name, texts.nameRefused);
    else this.#showError(this.#passcode, wasAsked ? texts.wrongPasscode : texts.passcodeNeeded);
  }

  #isAboutField(reason: Extract<CallView["place"], { type: "no-ticket" }>["reason"]): boolean {
    return reason === "passcode" || (reason === "name" && this.#name !== null);
  }

  /** `message`: the server's, which is English; elsewhere the general sentence has to do. */
  #showFailed(message: string): void {
    const isEnglish = document.documentElement.lang === "en";
    const { title, text } = texts.shut.unknown;
    this.#say(message === "" || isEnglish ? message : `${title}. ${text}`);
  }

  #say(text: string): void {
    setAttributes(this.#failed, { hidden: text === "" });
    setText(this.#failed, text);
  }

  #showError(field: Field | null, text: string): void {
    field?.setError(text);
    field?.input.focus();
    field?.input.select();
  }
}

async function isGranted(name: "camera" | "microphone"): Promise<boolean> {
  try {
    const { state } = await navigator.permissions.query({ name });
    return state === "granted";
  } catch {
    return false;
  }
}
