import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ConfigError, readConfig } from "./config.ts";

const folder = mkdtempSync(join(tmpdir(), "panggung-config-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function fileWith(text: string): string {
  const path = join(folder, crypto.randomUUID());
  writeFileSync(path, text);
  return path;
}

test("a secret may stand in a file, with the line end that editors leave", () => {
  const secret = "s".repeat(43);
  expect(readConfig({ SECRET_FILE: fileWith(`${secret}\n`), TURN_SECRET_FILE: fileWith(secret) })).toMatchObject({
    SECRET: secret,
    TURN_SECRET: secret,
  });
});

test("an empty variable counts as unset beside a file, and an empty NAME_FILE as none", () => {
  const secret = "s".repeat(43);
  expect(readConfig({ SECRET: "", SECRET_FILE: fileWith(secret) }).SECRET).toBe(secret);
  expect(readConfig({ SECRET: secret, SECRET_FILE: "" }).SECRET).toBe(secret);
});

test.each([
  ["both at once", () => ({ SECRET: "s".repeat(43), SECRET_FILE: fileWith("t".repeat(43)) }), "not both"],
  ["no such file", () => ({ INGEST_TOKEN_FILE: join(folder, "none") }), /^INGEST_TOKEN_FILE=.*\(ENOENT\)/],
  ["a folder", () => ({ SECRET_FILE: folder }), /^SECRET_FILE=.*(EISDIR)/],
  ["an empty file", () => ({ SECRET_FILE: fileWith("\n") }), /SECRET_FILE=.* is not allowed: at least 32 characters/],
  ["a file that is no secret", () => ({ SECRET_FILE: fileWith("x".repeat(5000)) }), "holds more than 4096 bytes"],
])("%s is refused with a line that names the variable", (_what, environment, message) => {
  expect(() => readConfig(environment())).toThrow(ConfigError);
  expect(() => readConfig(environment())).toThrow(message);
});

test("what stands in a file is not in the message", () => {
  const read = () => readConfig({ SECRET_FILE: fileWith("too-short") });
  expect(read).toThrow(/^What is in SECRET_FILE="[^"]+" is not allowed: at least 32 characters\.$/);
  expect(read).not.toThrow("too-short");
});

test("only secrets are read from files", () => {
  expect(readConfig({ PORT_FILE: fileWith("4000") }).PORT).toBe(3000);
});
