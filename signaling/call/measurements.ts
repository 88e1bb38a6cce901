import type { PeerId, QualitySample } from "../contract/call.ts";
import { peersMax } from "../contract/limits.ts";

export interface MeasuredSample extends QualitySample {
  from: PeerId;
  at: number;
}

/** Clients measure as often as is reported, so that two of one pair may fall between two reports; more are dropped. */
const ofPairMax = 2;
const samplesMax = peersMax * peersMax * ofPairMax;

/** What peers have measured since the last report. Nobody can fill it alone. */
export class Measurements {
  #samples: MeasuredSample[] = [];
  readonly #counts = new Map<string, number>();

  add(from: PeerId, sample: QualitySample, at: number): void {
    const pair = `${from} ${sample.peer}`;
    const count = this.#counts.get(pair) ?? 0;
    if (count >= ofPairMax || this.#samples.length >= samplesMax) return;
    this.#counts.set(pair, count + 1);
    this.#samples.push({ ...sample, from, at });
  }

  take(): MeasuredSample[] {
    const samples = this.#samples;
    this.#samples = [];
    this.#counts.clear();
    return samples;
  }
}
