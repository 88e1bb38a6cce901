import { expect, test } from "bun:test";
import { createTotpSecret, findTotpStep, toBase32, totpCode, totpStep, totpUri } from "./totp.ts";

/** RFC 6238, appendix B, SHA-1: the last six of its eight digits. */
const secret = toBase32(new TextEncoder().encode("12345678901234567890"));
test.each([
  [59, "287082"],
  [1_111_111_109, "081804"],
  [1_111_111_111, "050471"],
  [1_234_567_890, "005924"],
  [2_000_000_000, "279037"],
  [20_000_000_000, "353130"],
])("the RFC's code at %d s", (seconds, code) => {
  expect(totpCode(secret, totpStep(seconds * 1000))).toBe(code);
  expect(findTotpStep(secret, code, seconds * 1000)).toBe(Math.floor(seconds / 30));
});

test("base32 is the RFC's", () => {
  const encode = (text: string) => toBase32(new TextEncoder().encode(text));
  // RFC 4648, section 10, without padding.
  expect(["", "f", "fo", "foo", "foob", "fooba", "foobar"].map(encode)).toEqual([
    "",
    "MY",
    "MZXQ",
    "MZXW6",
    "MZXW6YQ",
    "MZXW6YTB",
    "MZXW6YTBOI",
  ]);
});

test("a code is good one step early and one late, and no longer", () => {
  const now = 1_800_000_000_000;
  const step = totpStep(now);
  const found = [-2, -1, 0, 1, 2].map((away) => findTotpStep(secret, totpCode(secret, step + away), now));
  expect(found).toEqual([null, step - 1, step, step + 1, null]);
  expect(findTotpStep(secret, ` ${totpCode(secret, step).replace(/(...)/, "$1 ")} `, now)).toBe(step);
  for (const typed of ["", "12345", "1234567", "abcdef", "１２３４５６"])
    expect(findTotpStep(secret, typed, now)).toBeNull();
});

test("secrets have 160 bits and differ; the address names the site and the account", () => {
  const made = createTotpSecret();
  expect(made).toMatch(/^[A-Z2-7]{32}$/);
  expect(createTotpSecret()).not.toBe(made);
  expect(totpUri("ABC", { issuer: "live.example", account: "wati" })).toBe(
    "otpauth://totp/live.example:wati?secret=ABC&issuer=live.example",
  );
});
