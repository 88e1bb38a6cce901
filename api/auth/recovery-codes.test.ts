import { expect, test } from "bun:test";
import { RecoveryCodes } from "./recovery-codes.ts";

const secret = "a secret for tests, of thirty-two characters";

test("eight codes of 75 bits, all different, of letters that nobody misreads", () => {
  const { codes, hashes } = new RecoveryCodes(secret).create();
  expect(codes).toHaveLength(8);
  expect(new Set(hashes).size).toBe(8);
  for (const code of codes) expect(code).toMatch(/^([0-9a-hjkmnp-tv-z]{5}-){2}[0-9a-hjkmnp-tv-z]{5}$/);
});

test("a code is found however it is typed, and under its own secret alone", () => {
  const codes = new RecoveryCodes(secret);
  const hash = codes.hash("0a1bc-de2fg-hjk3m");
  expect(codes.hash(" OAIBC DE2FG hjk3m\n")).toBe(hash);
  expect(codes.hash("0a1bcde2fghjk3m")).toBe(hash);
  expect(codes.hash("0a1bc-de2fg-hjk3n")).not.toBe(hash);
  expect(new RecoveryCodes(`${secret}!`).hash("0a1bc-de2fg-hjk3m")).not.toBe(hash);
});
