/**
 * What a bench must undo: newest first, each once, also when somebody stops the bench in the middle. Made before anything is
 * started; what is slow to start is added before it is there. [I/O]
 */
export class Ends {
  readonly #ends: (() => unknown)[] = [];
  #ending: Promise<void> | undefined;

  constructor() {
    for (const signal of ["SIGINT", "SIGTERM"] as const)
      process.once(signal, () => void this.end().finally(() => process.exit(130)));
  }

  add(undo: () => unknown): void {
    this.#ends.push(undo);
  }

  end(): Promise<void> {
    return (this.#ending ??= this.#undoAll());
  }

  async #undoAll(): Promise<void> {
    for (let undo = this.#ends.pop(); undo !== undefined; undo = this.#ends.pop()) {
      try {
        await undo();
      } catch (error) {
        // The others must still go.
        console.error(error);
      }
    }
  }
}
