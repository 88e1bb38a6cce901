import { beforeEach, expect, test } from "bun:test";
import { StreamHolders } from "./stream-holders.ts";

let now = 0;
let holder: string | null | Error | Promise<string> = "other";
let asked: string[] = [];
let holders: StreamHolders;

beforeEach(() => {
  [now, holder, asked] = [0, "other", []];
  holders = new StreamHolders({
    machine: "mine",
    now: () => now,
    async ask(streamId) {
      asked.push(streamId);
      if (holder instanceof Error) throw holder;
      return holder;
    },
  });
});

test("however many ask, api is asked once a second for each stream", async () => {
  const first = await Promise.all(Array.from({ length: 100 }, () => holders.find("a", true)));
  expect(new Set(first)).toEqual(new Set(["other"]));
  await holders.find("b", true);
  now = 999;
  await holders.find("a", true);
  expect(asked).toEqual(["a", "b"]);
  now = 1000;
  holder = "third";
  expect(await holders.find("a", true)).toBe("other");
  expect(await holders.find("a", true)).toBe("third");
  expect(asked).toEqual(["a", "b", "a"]);
});

test("an api that hangs holds up nobody who knows where the stream is, and is asked again when it has answered", async () => {
  await holders.find("a", true);
  const answer = Promise.withResolvers<string>();
  holder = answer.promise;
  for (now = 1000; now <= 50_000; now += 200) expect(await holders.find("a", true)).toBe("other");
  expect(asked).toEqual(["a", "a"]);
  answer.resolve("third");
  await answer.promise;
  await Bun.sleep(0);
  expect(await holders.find("a", false)).toBe("third");
  holder = "fourth";
  await holders.find("a", true);
  expect(asked).toEqual(["a", "a", "a"]);
});

test("who knows of no machine yet waits for the answer", async () => {
  const answer = Promise.withResolvers<string>();
  holder = answer.promise;
  const first = holders.find("a", true);
  now = 2000;
  const second = holders.find("a", true);
  answer.resolve("other");
  expect(await Promise.all([first, second])).toEqual(["other", "other"]);
  expect(asked).toEqual(["a"]);
});

test("nobody can make api be asked for what is not live", async () => {
  for (let made = 0; made < 100; made++) expect(await holders.find(`made-up-${made}`, false)).toBeNull();
  expect(asked).toEqual([]);
});

test("the rest of a stream that has ended is fetched from where it was, for a minute", async () => {
  await holders.find("a", true);
  now = 59_999;
  expect(await holders.find("a", false)).toBe("other");
  now = 60_000;
  expect(await holders.find("a", false)).toBeNull();
  expect(asked).toEqual(["a"]);
});

test("while api is away, what it said goes on", async () => {
  await holders.find("a", true);
  holder = new Error("connection refused");
  for (now = 1000; now <= 300_000; now += 1000) expect(await holders.find("a", true)).toBe("other");
  expect(await holders.find("b", true)).toBeNull();
});

test("nobody is sent in a circle by an api that takes this machine for the holder", async () => {
  holder = "mine";
  expect(await holders.find("a", true)).toBeNull();
  holder = null;
  expect(await holders.find("b", true)).toBeNull();
});

test("what is remembered has a bound, and what was asked for last is kept", async () => {
  for (let each = 0; each <= 1000; each++) await holders.find(`s${each}`, true);
  expect(await holders.find("s1", false)).toBe("other");
  expect(await holders.find("s0", false)).toBeNull();
});
