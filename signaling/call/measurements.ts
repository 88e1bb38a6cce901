import type { PeerId, QualitySample } from "../contract/call.ts";
import { peersMax } from "../contract/limits.ts";
import type { People, Seat } from "./people.ts";

export interface MeasuredSample extends QualitySample {
  from: PeerId;
  at: number;
}

/** Clients measure as often as is reported, so that two of one pair may fall between two reports; more are dropped. */
const ofPairMax = 2;
const samplesMax = peersMax * peersMax * ofPairMax;

/** What peers have measured since the last report. Nobody can fill it alone. */
export class Measurements {
  readonly #people: People;
  #samples: MeasuredSample[] = [];
  readonly #counts = new Map<string, number>();

  constructor(people: People) {
    this.#people = people;
  }

  add({ peer: { id: from } }: Seat, samples: readonly QualitySample[], at: number): void {
    for (const sample of samples) {
      if (sample.peer === from || this.#people.seat(sample.peer) === undefined) continue;
      const pair = `${from} ${sample.peer}`;
      const count = this.#counts.get(pair) ?? 0;
      if (count >= ofPairMax || this.#samples.length >= samplesMax) continue;
      this.#counts.set(pair, count + 1);
      this.#samples.push({ ...sample, from, at });
    }
  }

  take(): MeasuredSample[] {
    const samples = this.#samples;
    this.#samples = [];
    this.#counts.clear();
    return samples;
  }
}
