import { printTable } from "../table.ts";

/** What was tried, what came of it, and whether the site held. */
export class Attempts {
  readonly #rows: [attempt: string, result: string, isHeld: boolean][] = [];

  add(attempt: string, result: string, isHeld: boolean): void {
    this.#rows.push([attempt, result, isHeld]);
    console.error(`${isHeld ? " " : "!"} ${attempt}: ${result}`);
  }

  /** `wrong`: what did not hold, in words; the row holds when there is nothing. */
  addAll(attempt: string, tried: string, wrong: readonly string[]): void {
    const shown = wrong.slice(0, 8).join("; ");
    const more = wrong.length > 8 ? ` and ${wrong.length - 8} more` : "";
    this.add(attempt, wrong.length === 0 ? tried : `${tried}; NOT: ${shown}${more}`, wrong.length === 0);
  }

  /** Runs attempts whose failure is a row too, and does not keep others from running. */
  async run(name: string, attack: () => Promise<void>): Promise<void> {
    console.error(`\n${name}`);
    try {
      await attack();
    } catch (error) {
      this.add(name, `failed: ${error instanceof Error ? error.message : String(error)}`, false);
    }
  }

  /** Prints the table. Returns the exit code. */
  print(): 0 | 1 {
    const rows = this.#rows.map(([attempt, result, isHeld]) => [attempt, result, isHeld ? "yes" : "NO"]);
    printTable(["attempt", "result", "held?"], rows);
    const fallen = this.#rows.filter(([, , isHeld]) => !isHeld).length;
    console.log(`\n${this.#rows.length} attempts, ${fallen === 0 ? "all held" : `${fallen} did not hold`}.`);
    return fallen === 0 ? 0 : 1;
  }
}
