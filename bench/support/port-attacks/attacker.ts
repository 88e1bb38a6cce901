import type { Outcome, Targets } from "./attack.ts";
import { attacks } from "./attacks.ts";

/**
 * One attack in a process of its own, so that what it costs is not counted as slowness of who is attacked. Its name is the
 * argument, its targets are JSON on standard input; prints its outcome as JSON.
 */

const attack = attacks.find(({ name }) => name === process.argv[2]);
if (attack === undefined) throw new Error(`There is no attack ${process.argv[2]}.`);
const outcome: Outcome = await attack.run((await Bun.stdin.json()) as Targets);
process.stdout.write(JSON.stringify(outcome));
process.exit(0);
