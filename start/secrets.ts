import { randomBytes } from "node:crypto";
import {
  closeSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  statSync,
  unlinkSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { StartError } from "../service.ts";
import { reasonOf } from "./reason-of.ts";

const Secrets = z.object({ SECRET: z.string().min(32), INGEST_TOKEN: z.string().min(32) });
export type Secrets = z.infer<typeof Secrets>;

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
 * is made once, mode 600. Throws StartError when that file is readable by others or damaged.
 */
export function readSecrets(dataDir: string, given: Partial<Record<keyof Secrets, string | undefined>>): Secrets {
  const complete = Secrets.safeParse(given);
  if (complete.success) return complete.data;
  const path = join(dataDir, fileName);
  makeOnce(path);
  const kept = readKept(path);
  return { SECRET: given.SECRET ?? kept.SECRET, INGEST_TOKEN: given.INGEST_TOKEN ?? kept.INGEST_TOKEN };
}

/** A link appears whole or not at all, and never over another: a second start at the same moment reads the first one's file. */
function makeOnce(path: string): void {
  const fresh: Secrets = {
    SECRET: randomBytes(32).toString("base64url"),
    INGEST_TOKEN: randomBytes(32).toString("base64url"),
  };
  const draft = `${path}.${randomBytes(6).toString("hex")}`;
  const file = openSync(draft, "wx", 0o600);
  try {
    writeSync(file, `${JSON.stringify(fresh, null, 2)}\n`);
    // Losing SECRET makes every stream key void: it must be on the disk before a key depends on it.
    fsyncSync(file);
    linkSync(draft, path);
  } catch (error) {
    if (reasonOf(error) !== "EEXIST") {
      throw new StartError(`${path} cannot be made (${reasonOf(error)}): set DATA_DIR to another directory.`);
    }
  } finally {
    closeSync(file);
    unlinkSync(draft);
  }
}

function readKept(path: string): Secrets {
  if ((statSync(path).mode & 0o077) !== 0) {
    throw new StartError(`${path} can be read by other users of this machine: run chmod 600 on it, or set SECRET.`);
  }
  try {
    return Secrets.parse(JSON.parse(readFileSync(path, "utf8")));
  } catch {
    throw new StartError(`${path} is damaged: restore it from a backup, or set SECRET and INGEST_TOKEN.`);
  }
}
