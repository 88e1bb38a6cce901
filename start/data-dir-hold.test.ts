import { expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { holdDataDir } from "./data-dir-hold.ts";

test("a data directory has one start at a time, and no hold outlives its process", async () => {
  const dataDir = mkdtempSync(join(tmpdir(), "panggung-hold-"));
  const script = `const { holdDataDir } = await import(${JSON.stringify(join(import.meta.dir, "data-dir-hold.ts"))}); holdDataDir(${JSON.stringify(dataDir)}); console.log("held"); await new Promise(() => setInterval(() => {}, 1000));`;
  const first = Bun.spawn([process.execPath, "-e", script], { stdout: "pipe" });
  for await (const _held of first.stdout) break;
  expect(() => holdDataDir(dataDir)).toThrow(/^DATA_DIR=.* is in use by another start of Panggung: stop that one/);
  first.kill("SIGKILL");
  await first.exited;
  const release = holdDataDir(dataDir);
  expect(() => holdDataDir(dataDir)).toThrow(/in use/);
  release();
  holdDataDir(dataDir)();
  rmSync(dataDir, { recursive: true });
});
