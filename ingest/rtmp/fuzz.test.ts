import { expect, test } from "bun:test";
import { fuzzSessions } from "./testing/session-fuzzer.ts";

test("3000 mutated publishers break nothing", async () => {
  const result = await fuzzSessions({ inputs: 3000, seed: 20_261_120 });
  expect(result.failures).toEqual([]);
  // Otherwise everything was turned away at the door and the run proves little.
  expect(result.tags).toBeGreaterThan(1000);
}, 10_000);
