const rememberedForSeconds = 365 * 24 * 60 * 60;

/** Theatre mode: the picture and the chat have the window to themselves. A cookie tells the server, so that the next page comes so. */
export class Theatre {
  readonly #stage: HTMLElement | null;

  constructor(player: HTMLElement) {
    this.#stage = player.querySelector('[data-control="theatre"]') === null ? null : player.closest(".watch");
  }

  get isOn(): boolean {
    return this.#stage?.hasAttribute("data-theatre") === true;
  }

  toggle(): void {
    if (this.#stage === null) {
      return;
    }
    const isOn = this.#stage.toggleAttribute("data-theatre");
    document.cookie = `panggung_theatre=${isOn ? "on" : ""}; path=/; max-age=${isOn ? rememberedForSeconds : 0}; samesite=lax`;
    if (isOn) {
      scrollTo({ top: 0 });
    }
  }
}
