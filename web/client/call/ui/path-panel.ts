import type { IceSettings } from "../../../../signaling/contract/call.ts";
import { checkPaths } from "../path-check.ts";
import { findingsOf, type PathFinding, type ServerCheck } from "../path-findings.ts";
import type { CallView } from "../types.ts";
import { button, el, icon, setAttributes, syncList } from "./element.ts";
import type { Panel } from "./side-panel.ts";
import { texts } from "./texts.ts";

/** What stands in nobody's way. */
const harmless = new Set<PathFinding>(["all-well", "only-relay"]);

/** "Why can't we connect?": who is not connected, what was tried from here, and what follows from it. */
export class PathPanel implements Panel {
  readonly title = texts.why;
  readonly element = el("div", { class: "paths", role: "region", "aria-label": texts.why, tabindex: "0" });
  readonly #missing = el("ul", { class: "path-missing", role: "list" });
  readonly #known = new Map<string, HTMLElement>();
  readonly #result = el("div", { class: "path-findings", role: "status" });
  readonly #servers = el("ul", { class: "path-servers", role: "list" });
  readonly #tried: HTMLElement;
  readonly #again: HTMLButtonElement;
  #ice: IceSettings | null = null;
  /** Ends the check that is going on. */
  #running: AbortController | null = null;

  constructor() {
    this.#tried = el("section", { hidden: true }, el("h3", {}, texts.tried), this.#servers);
    this.#again = button("button button-quiet", () => void this.#check(), icon("renew"), texts.checkAgain);
    this.element.append(this.#missing, this.#result, this.#tried, this.#again);
  }

  update({ others, ice }: CallView): void {
    this.#ice = ice;
    const missing = others.filter(({ path }) => path.type === "failed");
    setAttributes(this.#missing, { hidden: missing.length === 0 });
    syncList(this.#missing, missing, this.#known, {
      keyOf: ({ peer, path }) => `${peer.id} ${path.type === "failed" ? path.why : ""}`,
      make: ({ peer, path }) =>
        el("li", {}, icon("alert"), el("span", {}, path.type === "failed" ? texts.failed[path.why](peer.name) : "")),
      update: () => undefined,
    });
  }

  onShown(): HTMLElement | null {
    void this.#check();
    return null;
  }

  onHidden(): void {
    this.#running?.abort();
  }

  async #check(): Promise<void> {
    const ice = this.#ice;
    if (ice === null) return;
    this.#running?.abort();
    const running = new AbortController();
    this.#running = running;
    this.#again.disabled = true;
    this.#result.replaceChildren(el("p", {}, texts.checking));
    this.#servers.replaceChildren();
    setAttributes(this.#tried, { hidden: true });
    const checks = await checkPaths(ice, running.signal, (check) => {
      if (!running.signal.aborted) this.#showServer(check);
    });
    if (running.signal.aborted) return;
    this.#again.disabled = false;
    this.#result.replaceChildren(
      ...findingsOf(checks).map((finding) =>
        el(
          "p",
          { "data-finding": finding },
          icon(harmless.has(finding) ? "check" : "alert"),
          el("span", {}, texts.findings[finding]),
        ),
      ),
    );
  }

  #showServer({ url, kind, transport, result, afterMs }: ServerCheck): void {
    const how = `${texts.serverKinds[kind]}, ${transport.toUpperCase()}`;
    const said = `${texts.serverResults[result]}${afterMs === null ? "" : ` (${texts.afterMs(afterMs)})`}`;
    setAttributes(this.#tried, { hidden: false });
    this.#servers.append(
      el(
        "li",
        { "data-result": result },
        icon(result === "ok" ? "check" : "close"),
        el("span", {}, how, el("code", {}, url)),
        el("span", {}, said),
      ),
    );
  }
}
