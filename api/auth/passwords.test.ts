import { expect, test } from "bun:test";
import { UserError } from "../user-error.ts";
import { Passwords } from "./passwords.ts";

const cheap = { memoryCost: 8, timeCost: 1 };

test("a hash is argon2id and opens to its password alone", async () => {
  const passwords = await Passwords.create(cheap);
  const hash = await passwords.hash("pässword");
  expect(hash).toStartWith("$argon2id$v=19$m=8,t=1,p=1$");
  expect(await passwords.verify("pässword", hash)).toBe(true);
  // The same letters as another keyboard composes them.
  expect(await passwords.verify("pa\u0308ssword", hash)).toBe(true);
  expect(await passwords.verify("password", hash)).toBe(false);
});

test("by default a hash costs what OWASP asks for at least", async () => {
  expect(await (await Passwords.create()).hash("password")).toStartWith("$argon2id$v=19$m=19456,t=2,p=1$");
});

test("somebody who does not exist takes as long as somebody who does", async () => {
  const passwords = await Passwords.create({ memoryCost: 8192, timeCost: 2 });
  const hash = await passwords.hash("right");
  const timeOf = async (stored: string | undefined): Promise<number> => {
    const timesMs: number[] = [];
    for (let run = 0; run < 7; run += 1) {
      const startedAt = performance.now();
      expect(await passwords.verify("wrong", stored)).toBe(false);
      timesMs.push(performance.now() - startedAt);
    }
    return Math.min(...timesMs);
  };
  const [known, unknown] = [await timeOf(hash), await timeOf(undefined)];
  // Without the decoy it would be a hundredth.
  expect(unknown / known).toBeGreaterThan(0.4);
});

test("two at once, a bounded queue, and everybody else is turned away at once", async () => {
  const passwords = await Passwords.create({ memoryCost: 8192, timeCost: 1, parallel: 2, maxWaiting: 3 });
  const results = await Promise.allSettled(Array.from({ length: 8 }, () => passwords.hash("password")));
  const refused = results.flatMap((result) => (result.status === "rejected" ? [result.reason as unknown] : []));
  expect(refused).toHaveLength(3);
  expect(refused[0]).toBeInstanceOf(UserError);
  expect(refused[0]).toMatchObject({ status: 503 });
  expect(await passwords.hash("password")).toStartWith("$argon2id$");
});
