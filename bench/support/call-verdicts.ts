import { printTable } from "./table.ts";

/** What was measured beside what was asked for. */
export class Verdicts {
  readonly #rows: [what: string, measured: string, required: string, isMet: boolean][] = [];

  /** `required` in words; "" when the figure is only to be known. */
  add(what: string, measured: string | number, required = "", isMet = true): void {
    this.#rows.push([what, String(measured), required, isMet]);
    console.error(`${isMet ? " " : "!"} ${what}: ${measured}${required === "" ? "" : ` (required: ${required})`}`);
  }

  /** At most so many seconds; Infinity for what never came. */
  addSec(what: string, sec: number, mostSec: number): void {
    this.add(what, Number.isFinite(sec) ? `${sec.toFixed(2)} s` : "never", `≤ ${mostSec} s`, sec <= mostSec);
  }

  /** Runs a measurement whose failure is a row too, and does not keep others from running. */
  async attempt(what: string, measure: () => Promise<void>): Promise<void> {
    try {
      await measure();
    } catch (error) {
      this.add(
        what,
        `failed: ${error instanceof Error ? error.message.split("\n", 1)[0] : String(error)}`,
        "to work",
        false,
      );
    }
  }

  /** Prints the table and which rows miss what they must hold. Returns the exit code. */
  print(): 0 | 1 {
    printTable(
      ["what", "measured", "required", ""],
      this.#rows.map(([what, measured, required, isMet]) => [what, measured, required, isMet ? "" : "MISSED"]),
    );
    const missed = this.#rows.filter(([, , , isMet]) => !isMet);
    console.log(missed.length === 0 ? "\nNothing missed." : `\nMissed: ${missed.map(([what]) => what).join("; ")}.`);
    return missed.length === 0 ? 0 : 1;
  }
}
