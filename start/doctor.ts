import { checkRelay, type Config, ConfigError, readConfig } from "../config.ts";
import { checkCertificate, checkTlsFiles } from "./doctor/certificates.ts";
import { checkDatabase } from "./doctor/database.ts";
import { type Finding, ok, problem } from "./doctor/finding.ts";
import { checkPublicAddress } from "./doctor/public-address.ts";
import { checkRelays } from "./doctor/relay.ts";
import { checkPortUses, checkPrivateListener, findRunning } from "./doctor/services.ts";
import { checkClock, checkDisk, checkFfmpeg } from "./doctor/this-machine.ts";
import { reasonOf } from "./reason-of.ts";

/**
 * `npm run doctor`: looks at everything that must be right around Panggung, beside one that runs or before its start, and
 * prints a line for each. Reads the same settings as `npm start`. Exit code 1 when there is a problem, else 0.
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

async function examine(config: Config, environment: Record<string, string | undefined>): Promise<void> {
  const running = await findRunning(config);
  // Where services run apart, in containers say, each place is asked for what its service needs.
  const isPlaceOf = (variable: string): boolean => running.size === 0 || running.has(variable);
  if (isPlaceOf("SIGNALING_PORT")) await look("Settings", () => checkConfig(config));
  await look("Ports", () => checkPortUses(config, running));
  if (isPlaceOf("INTERNAL_PORT")) await look("Private listener", () => checkPrivateListener(config));
  if (isPlaceOf("PORT")) await look("PUBLIC_URL", () => checkPublicAddress(config, running));
  await look("Certificate", () => checkCertificate(config));
  await look("TLS_CERT and TLS_KEY", () => checkTlsFiles(config));
  await look("Clock", () => checkClock());
  if (isPlaceOf("PORT")) {
    await look("Disk", () => checkDisk(config));
    await look("Database", () => checkDatabase(config, environment));
  }
  if (isPlaceOf("HLS_PORT")) await look("ffmpeg", () => checkFfmpeg(config));
  await look("Calls", () => checkRelays(config));
}

try {
  await examine(readConfig(process.env), process.env);
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  print(problem("Settings", error.message));
}
const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? "" : "s"}`;
console.log(`\n${count(counts.problem, "problem")}, ${count(counts.warning, "warning")}.`);
process.exit(counts.problem === 0 ? 0 : 1);
