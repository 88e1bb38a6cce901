import { afterAll, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readConfig } from "../config.ts";
import { writeSecrets } from "./write-secrets.ts";

const parent = mkdtempSync(join(tmpdir(), "panggung-write-secrets-"));
afterAll(() => rmSync(parent, { recursive: true, force: true }));
const freshFolder = (): string => join(parent, crypto.randomUUID());
const files = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath.slice(folder.length + 1), entry.name))
    .toSorted();
const read = (folder: string, path: string): string => readFileSync(join(folder, path), "utf8");
const contents = (folder: string): Record<string, string> =>
  Object.fromEntries(files(folder).map((path) => [path, read(folder, path)]));

test("each reader gets its secrets and no others, for its own eyes", () => {
  const folder = freshFolder();
  expect(writeSecrets(folder)).toHaveLength(7);
  expect(files(folder)).toEqual([
    "api/INGEST_TOKEN",
    "api/SECRET",
    "api/SIGNALING_TOKEN",
    "ingest/INGEST_TOKEN",
    "relay/TURN_SECRET",
    "signaling/SIGNALING_TOKEN",
    "signaling/TURN_SECRET",
  ]);
  expect(files(folder).filter((path) => (statSync(join(folder, path)).mode & 0o777) !== 0o600)).toEqual([]);
  expect(read(folder, "ingest/INGEST_TOKEN")).toBe(read(folder, "api/INGEST_TOKEN"));
  expect(read(folder, "relay/TURN_SECRET")).toBe(read(folder, "signaling/TURN_SECRET"));
  expect(new Set(Object.values(contents(folder))).size).toBe(4);
  const config = readConfig({
    SECRET_FILE: join(folder, "api/SECRET"),
    TURN_SECRET_FILE: join(folder, "relay/TURN_SECRET"),
  });
  expect(config.SECRET).toMatch(/^[\w-]{43}$/);
  expect(config.TURN_SECRET).toMatch(/^[\w-]{43}$/);
});

test("a second run changes nothing", () => {
  const folder = freshFolder();
  writeSecrets(folder);
  const before = contents(folder);
  expect(writeSecrets(folder)).toEqual([]);
  expect(contents(folder)).toEqual(before);
});

test("what is missing is made, what stands stays, and copies follow the original", () => {
  const folder = freshFolder();
  mkdirSync(join(folder, "api"), { recursive: true });
  mkdirSync(join(folder, "ingest"));
  writeFileSync(join(folder, "api/INGEST_TOKEN"), "o".repeat(40));
  writeFileSync(join(folder, "ingest/INGEST_TOKEN"), "of another original, and long enough".padEnd(40));
  writeSecrets(folder);
  expect(read(folder, "api/INGEST_TOKEN")).toBe("o".repeat(40));
  expect(read(folder, "ingest/INGEST_TOKEN").trim()).toBe("o".repeat(40));
  expect(files(folder)).toHaveLength(7);
});

test("a damaged original is not replaced: what was made with it would be void", () => {
  const folder = freshFolder();
  writeSecrets(folder);
  writeFileSync(join(folder, "api/SECRET"), "");
  expect(() => writeSecrets(folder)).toThrow(/SECRET is damaged: restore it/);
  expect(read(folder, "api/SECRET")).toBe("");
});

test("a folder that cannot be written is named in one line, and the command fails", () => {
  const file = freshFolder();
  writeFileSync(file, "a file");
  const done = Bun.spawnSync([process.execPath, join(import.meta.dir, "write-secrets.ts"), file]);
  expect(done.exitCode).toBe(1);
  expect(done.stderr.toString()).toMatch(/^\S+api\/SECRET cannot be (read|written) \(ENOTDIR\)\.\n$/);
});
