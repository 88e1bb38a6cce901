/** What is on its way from one to another, and how long it takes. */
export class Journeys {
  readonly #sentAtMs = new Map<string, number>();
  #worstMs = 0;
  sent = 0;

  depart(what: string): void {
    this.#sentAtMs.set(what, performance.now());
    this.sent++;
  }

  arrive(what: string): void {
    const sentAtMs = this.#sentAtMs.get(what);
    if (sentAtMs === undefined) return;
    this.#sentAtMs.delete(what);
    this.#worstMs = Math.max(this.#worstMs, performance.now() - sentAtMs);
  }

  /** The longest that one took since the last call, ms; what is still on its way counts too. */
  takeWorstMs(): number {
    const now = performance.now();
    const worst = Math.max(this.#worstMs, ...[...this.#sentAtMs.values()].map((sentAtMs) => now - sentAtMs));
    this.#worstMs = 0;
    return worst;
  }

  /** Waits for what is on its way, at most 5 s. Returns how many never arrived. */
  async end(): Promise<number> {
    const deadlineMs = performance.now() + 5000;
    while (this.#sentAtMs.size > 0 && performance.now() < deadlineMs) await Bun.sleep(20);
    return this.#sentAtMs.size;
  }
}
