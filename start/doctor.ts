import { checkRelay, type Config, ConfigError, readConfig } from "../config.ts";
import { checkCertificate, checkRtmps } from "./doctor/certificates.ts";
import { checkDatabase } from "./doctor/database.ts";
import { type Finding, ok, problem } from "./doctor/finding.ts";
import { checkPublicAddress } from "./doctor/public-address.ts";
import { checkRelays } from "./doctor/relay.ts";
import {
  checkPortUses,
  checkPrivateListener,
  findRunning,
  isRunning,
  type Service,
  services,
} from "./doctor/services.ts";
import { checkClock, checkDisk, checkFfmpeg } from "./doctor/this-machine.ts";
import { reasonOf } from "./reason-of.ts";

/**
 * `npm run doctor`: looks at everything that must be right around Panggung, beside one that runs or before its start, and
 * prints a line for each. Reads the same settings as `npm start`. Where services run apart, in containers say, its
 * argument is the one whose place this is. Exit code 1 when there is a problem, else 0.
 */

const shapes: Record<Finding["status"], string> = { ok: "ok     ", warning: "warning", problem: "PROBLEM" };
const aboutWidth = 22;

const counts: Record<Finding["status"], number> = { ok: 0, warning: 0, problem: 0 };

function print({ status, about, text }: Finding): void {
  counts[status] += 1;
  console.log(`${shapes[status]}  ${about.padEnd(aboutWidth)} ${text}${/[.?!)]$/.test(text) ? "" : "."}`);
}

/** What a check throws is a finding too: the others go on. */
async function look(about: string, check: () => Finding[] | Promise<Finding[]>): Promise<void> {
  try {
    for (const finding of await check()) print(finding);
  } catch (error) {
    print(problem(about, `could not be looked at (${reasonOf(error)})`));
  }
}

function checkConfig(config: Config): Finding[] {
  try {
    checkRelay(config);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return [problem("Settings", error.message)];
  }
  return [ok("Settings", "are allowed")];
}

/** `place`: whose place this is; undefined: of those that answer here, or of all where none does. */
async function examine(
  config: Config,
  environment: Record<string, string | undefined>,
  place: Service | undefined,
): Promise<void> {
  const running = await findRunning(config);
  const isPlaceOf = (service: Service): boolean =>
    place === undefined ? running.size === 0 || isRunning(service, running) : service === place;
  if (isPlaceOf("signaling")) await look("Settings", () => checkConfig(config));
  await look("Ports", () => checkPortUses(config, running, place));
  if (isPlaceOf("api")) {
    await look("Private listener", () => checkPrivateListener(config));
    await look("PUBLIC_URL", () => checkPublicAddress(config, running));
  }
  await look("Certificate", () => checkCertificate(config));
  if (isPlaceOf("ingest")) await look("RTMPS", () => checkRtmps(config, isRunning("ingest", running)));
  await look("Clock", () => checkClock());
  if (isPlaceOf("api")) {
    await look("Disk", () => checkDisk(config));
    await look("Database", () => checkDatabase(config, environment));
  }
  if (isPlaceOf("ingest")) await look("ffmpeg", () => checkFfmpeg(config));
  if (isPlaceOf("api") || isPlaceOf("signaling")) await look("Calls", () => checkRelays(config));
}

const [argument, ...more] = process.argv.slice(2);
const place = services.find((service) => service === argument);
if (more.length > 0 || (argument !== undefined && place === undefined)) {
  console.error(`Usage: npm run doctor [-- ${services.join("|")}]`);
  process.exit(2);
}
try {
  await examine(readConfig(process.env), process.env, place);
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  print(problem("Settings", error.message));
}
const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? "" : "s"}`;
console.log(`\n${count(counts.problem, "problem")}, ${count(counts.warning, "warning")}.`);
process.exit(counts.problem === 0 ? 0 : 1);
