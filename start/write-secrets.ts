import { randomBytes } from "node:crypto";
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { reasonOf } from "./reason-of.ts";

/**
 * Where services run apart, in containers say: each gets a folder of its own with the secrets that it reads by NAME_FILE, one
 * file for each. `bun start/write-secrets.ts FOLDER` makes what is missing and leaves what is there.
 */

/** Who reads what. A secret's first reader holds the original: the others' are copies, and follow it. */
const readers = {
  SECRET: ["api"],
  INGEST_TOKEN: ["api", "ingest"],
  SIGNALING_TOKEN: ["api", "signaling"],
  TURN_SECRET: ["signaling", "relay"],
} as const;

/** As config.ts asks of them. */
const shortest = 32;

/** Returns a line for each file that was written. Throws an error of one line. */
export function writeSecrets(folder: string): string[] {
  return Object.entries(readers).flatMap(([name, [holder, ...others]]) => {
    const original = join(folder, holder, name);
    const kept = readSecret(original);
    if (kept !== null && kept.length < shortest) {
      throw new Error(`${original} is damaged: restore it from a backup, or remove it to have a new one made.`);
    }
    const secret = kept ?? randomBytes(32).toString("base64url");
    const missing = [
      ...(kept === null ? [original] : []),
      // After the original: a start that is cut off here finds it, and completes the copies.
      ...others.map((reader) => join(folder, reader, name)).filter((path) => readSecret(path) !== secret),
    ];
    for (const path of missing) writeSecret(path, secret);
    return missing.map((path) => `${path} written`);
  });
}

function readSecret(path: string): string | null {
  try {
    return readFileSync(path, "utf8").trim();
  } catch (error) {
    if (reasonOf(error) === "ENOENT") return null;
    throw new Error(`${path} cannot be read (${reasonOf(error)}).`, { cause: error });
  }
}

/** The file appears whole or not at all, also when the power fails, and is for its owner alone. */
function writeSecret(path: string, secret: string): void {
  const draft = `${path}.${randomBytes(6).toString("hex")}`;
  try {
    mkdirSync(join(path, ".."), { recursive: true, mode: 0o700 });
    const file = openSync(draft, "wx", 0o600);
    try {
      writeSync(file, `${secret}\n`);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(draft, path);
  } catch (error) {
    rmSync(draft, { force: true });
    throw new Error(`${path} cannot be written (${reasonOf(error)}).`, { cause: error });
  }
}

if (import.meta.main) {
  const [folder, ...more] = process.argv.slice(2);
  try {
    if (folder === undefined || more.length > 0) throw new Error("Usage: bun start/write-secrets.ts FOLDER");
    const lines = writeSecrets(folder);
    console.log(lines.length === 0 ? "All secrets are there." : lines.join("\n"));
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
