/** Lets one loop sleep until something rings, a time has passed, or it is told to stop. A ring while it is busy is kept. */
export class Bell {
  #rung = false;
  #closed = false;
  #wake: (() => void) | undefined;

  ring = (): void => {
    this.#rung = true;
    this.#wake?.();
  };

  close = (): void => {
    this.#closed = true;
    this.#wake?.();
  };

  /** Resolves at once when it has rung since the last call. For one caller at a time. */
  async wait(timeoutMs: number): Promise<"rung" | "timeout" | "closed"> {
    if (!this.#rung && !this.#closed) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, timeoutMs);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      this.#wake = undefined;
    }
    if (this.#closed) return "closed";
    if (!this.#rung) return "timeout";
    this.#rung = false;
    return "rung";
  }
}
