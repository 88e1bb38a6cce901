import { randomBytes } from "node:crypto";
import {
  closeSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  unlinkSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { StartError } from "../service.ts";
import { reasonOf } from "./reason-of.ts";

const Secrets = z.object({
  SECRET: z.string().min(32),
  INGEST_TOKEN: z.string().min(32),
  SIGNALING_TOKEN: z.string().min(32),
});
export type Secrets = z.infer<typeof Secrets>;

/** What the file may hold: a version before had no chat, and a later one may know more. */
const Kept = z.looseObject(Secrets.partial({ SIGNALING_TOKEN: true }).shape);
type Kept = z.infer<typeof Kept>;

const fileName = "secrets.json";

/** Makes the data directory, mode 700, unless it is there, and tries to write in it. Throws StartError. */
export function prepareDataDir(dataDir: string): void {
  const probe = join(dataDir, `.write-test-${randomBytes(6).toString("hex")}`);
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    closeSync(openSync(probe, "wx", 0o600));
    unlinkSync(probe);
  } catch (error) {
    throw new StartError(
      `DATA_DIR=${dataDir} cannot be written (${reasonOf(error)}): set DATA_DIR to another directory.`,
    );
  }
}

/**
 * The secrets given by the environment; what is missing there comes from `secrets.json` in the data directory, which
 * is made once, mode 600, and completed when a version before made it. The caller holds the data directory (see
 * data-dir-hold.ts) where a file may have to be completed. Throws StartError when that file is readable by others or
 * damaged.
 */
export function readSecrets(dataDir: string, given: Partial<Record<keyof Secrets, string | undefined>>): Secrets {
  const complete = Secrets.safeParse(given);
  if (complete.success) return complete.data;
  const path = join(dataDir, fileName);
  makeOnce(path);
  const kept = completed(path, readKept(path));
  return {
    SECRET: given.SECRET ?? kept.SECRET,
    INGEST_TOKEN: given.INGEST_TOKEN ?? kept.INGEST_TOKEN,
    SIGNALING_TOKEN: given.SIGNALING_TOKEN ?? kept.SIGNALING_TOKEN,
  };
}

const freshSecret = (): string => randomBytes(32).toString("base64url");

function makeOnce(path: string): void {
  const fresh: Secrets = { SECRET: freshSecret(), INGEST_TOKEN: freshSecret(), SIGNALING_TOKEN: freshSecret() };
  writeWhole(path, fresh, (draft) => {
    try {
      // A link is never made over another: a second start at the same moment reads the first one's file.
      linkSync(draft, path);
    } catch (error) {
      if (reasonOf(error) !== "EEXIST") throw error;
    } finally {
      unlinkSync(draft);
    }
  });
}

/** Adds what the version that made the file did not know of. What is there stays as it is. */
function completed(path: string, kept: Kept): Secrets {
  if (kept.SIGNALING_TOKEN !== undefined) return { ...kept, SIGNALING_TOKEN: kept.SIGNALING_TOKEN };
  const whole = { ...kept, SIGNALING_TOKEN: freshSecret() };
  writeWhole(path, whole, (draft) => renameSync(draft, path));
  return whole;
}

/** The file appears whole or not at all, also when the power fails. `publish` gives the finished draft its name. */
function writeWhole(path: string, secrets: Kept, publish: (draft: string) => void): void {
  const draft = `${path}.${randomBytes(6).toString("hex")}`;
  try {
    const file = openSync(draft, "wx", 0o600);
    try {
      writeSync(file, `${JSON.stringify(secrets, null, 2)}\n`);
      // Losing SECRET makes every stream key void: it must be on the disk before a key depends on it.
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    publish(draft);
  } catch (error) {
    rmSync(draft, { force: true });
    throw new StartError(`${path} cannot be written (${reasonOf(error)}): set DATA_DIR to another directory.`);
  }
}

function readKept(path: string): Kept {
  if ((statSync(path).mode & 0o077) !== 0) {
    throw new StartError(`${path} can be read by other users of this machine: run chmod 600 on it, or set SECRET.`);
  }
  try {
    return Kept.parse(JSON.parse(readFileSync(path, "utf8")));
  } catch {
    throw new StartError(
      `${path} is damaged: restore it from a backup, or set SECRET, INGEST_TOKEN and SIGNALING_TOKEN.`,
    );
  }
}
