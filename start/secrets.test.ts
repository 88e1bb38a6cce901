import { afterAll, expect, test } from "bun:test";
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { prepareDataDir, readSecrets } from "./secrets.ts";

const folder = mkdtempSync(join(tmpdir(), "panggung-secrets-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const freshPath = (): string => join(folder, crypto.randomUUID());
const given = { SECRET: "s".repeat(32), INGEST_TOKEN: "t".repeat(32), SIGNALING_TOKEN: "u".repeat(32) };
const nothing = { SECRET: undefined, INGEST_TOKEN: undefined, SIGNALING_TOKEN: undefined };

test("the data directory and the secrets are for their owner alone, and stay the same", () => {
  const dataDir = freshPath();
  prepareDataDir(dataDir);
  expect(statSync(dataDir).mode & 0o777).toBe(0o700);
  const secrets = readSecrets(dataDir, nothing);
  expect(readdirSync(dataDir)).toEqual(["secrets.json"]);
  expect(statSync(join(dataDir, "secrets.json")).mode & 0o777).toBe(0o600);
  expect(new Set(Object.values(secrets)).size).toBe(3);
  expect(secrets.SECRET).toMatch(/^[\w-]{43}$/);
  expect(readSecrets(dataDir, nothing)).toEqual(secrets);
});

test("the environment goes before the file, and no file is made that is not needed", () => {
  const dataDir = freshPath();
  prepareDataDir(dataDir);
  expect(readSecrets(dataDir, given)).toEqual(given);
  expect(readdirSync(dataDir)).toEqual([]);
  const half = readSecrets(dataDir, { ...nothing, SECRET: given.SECRET });
  expect(half.SECRET).toBe(given.SECRET);
  expect(readFileSync(join(dataDir, "secrets.json"), "utf8")).toContain(half.INGEST_TOKEN);
});

test("a file of the version before chat is completed in place: what stood in it stays", () => {
  const dataDir = freshPath();
  prepareDataDir(dataDir);
  const file = join(dataDir, "secrets.json");
  const before = { SECRET: given.SECRET, INGEST_TOKEN: given.INGEST_TOKEN, FROM_A_LATER_VERSION: "kept" };
  writeFileSync(file, JSON.stringify(before), { mode: 0o600 });
  const secrets = readSecrets(dataDir, nothing);
  expect(secrets.SIGNALING_TOKEN).toMatch(/^[\w-]{43}$/);
  expect(JSON.parse(readFileSync(file, "utf8"))).toEqual({ ...before, SIGNALING_TOKEN: secrets.SIGNALING_TOKEN });
  expect(secrets).toMatchObject({ SECRET: given.SECRET, INGEST_TOKEN: given.INGEST_TOKEN });
  expect(readSecrets(dataDir, nothing)).toEqual(secrets);
  expect(readdirSync(dataDir)).toEqual(["secrets.json"]);
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

test("a file without the root secret is damaged, and is left as it is", () => {
  const dataDir = freshPath();
  prepareDataDir(dataDir);
  const file = join(dataDir, "secrets.json");
  const text = JSON.stringify({ INGEST_TOKEN: given.INGEST_TOKEN });
  writeFileSync(file, text, { mode: 0o600 });
  expect(() => readSecrets(dataDir, nothing)).toThrow(/damaged/);
  expect(readFileSync(file, "utf8")).toBe(text);
});

test("many starts at once agree on one file", async () => {
  const dataDir = freshPath();
  prepareDataDir(dataDir);
  const script = `const { readSecrets } = await import(${JSON.stringify(join(import.meta.dir, "secrets.ts"))}); console.log(readSecrets(${JSON.stringify(dataDir)}, {}).SECRET);`;
  const starts = Array.from({ length: 4 }, () => Bun.spawn([process.execPath, "-e", script], { stdout: "pipe" }));
  const seen = await Promise.all(starts.map((process) => process.stdout.text()));
  expect(new Set(seen).size).toBe(1);
  expect(seen[0]?.trim()).toMatch(/^[\w-]{43}$/);
  expect(readdirSync(dataDir)).toEqual(["secrets.json"]);
});

test("secrets that others can read, and a damaged file, are refused with one line", () => {
  const dataDir = freshPath();
  prepareDataDir(dataDir);
  readSecrets(dataDir, nothing);
  const file = join(dataDir, "secrets.json");
  chmodSync(file, 0o644);
  expect(() => readSecrets(dataDir, nothing)).toThrow(/chmod 600/);
  chmodSync(file, 0o600);
  writeFileSync(file, "{");
  expect(() => readSecrets(dataDir, nothing)).toThrow(/damaged/);
});

test("a data directory that cannot be written is named with its variable", () => {
  const path = freshPath();
  writeFileSync(path, "a file");
  expect(() => prepareDataDir(path)).toThrow(/^DATA_DIR=.* cannot be written \(E\w+\): set DATA_DIR/);
});
