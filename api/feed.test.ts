import { expect, test } from "bun:test";
import { Bell } from "./bell.ts";
import { Changes } from "./changes.ts";
import { Feed } from "./feed.ts";

/** A feed whose loads wait until the test lets them finish. */
function slowFeed() {
  const changes = new Changes();
  const pending: { resolve: (value: string) => void; reject: (error: Error) => void }[] = [];
  const errors: unknown[] = [];
  const feed = new Feed({
    changes,
    topicOf: () => "live",
    load: () => new Promise<string>((resolve, reject) => pending.push({ resolve, reject })),
    onError: (error) => errors.push(error),
  });
  const watch = () => {
    const seen: string[] = [];
    const stop = feed.subscribe("", { onValue: (value) => seen.push(value), onFailure: () => seen.push("failed") });
    return { seen, stop };
  };
  const settle = () => Bun.sleep(0);
  return { changes, pending, errors, watch, settle };
}

test("a hundred watchers cost one load per change", async () => {
  const { changes, pending, watch, settle } = slowFeed();
  const watchers = Array.from({ length: 100 }, watch);
  pending[0]?.resolve("one");
  await settle();
  const late = watch();
  changes.emit("live");
  pending[1]?.resolve("two");
  await settle();
  expect(pending).toHaveLength(2);
  for (const { seen } of watchers) expect(seen).toEqual(["one", "two"]);
  expect(late.seen).toEqual(["one", "two"]);
});

test("changes during a load lead to one more load, so that the last state is never missed", async () => {
  const { changes, pending, watch, settle } = slowFeed();
  const { seen } = watch();
  for (let count = 0; count < 5; count += 1) changes.emit("live");
  pending[0]?.resolve("old");
  await settle();
  pending[1]?.resolve("new");
  await settle();
  expect([pending.length, seen]).toEqual([2, ["old", "new"]]);
});

test("nothing is loaded for nobody", async () => {
  const { changes, pending, watch, settle } = slowFeed();
  const { stop, seen } = watch();
  pending[0]?.resolve("one");
  await settle();
  stop();
  changes.emit("live");
  expect([pending.length, seen]).toEqual([1, ["one"]]);
});

test("a failed load lets everybody go, and the next one starts afresh", async () => {
  const { pending, errors, watch, settle } = slowFeed();
  const first = watch();
  pending[0]?.reject(new Error("no database"));
  await settle();
  expect([first.seen, errors.length]).toEqual([["failed"], 1]);
  const second = watch();
  pending[1]?.resolve("again");
  await settle();
  expect(second.seen).toEqual(["again"]);
  first.stop();
  second.stop();
});

test("a bell rung while its loop is busy is not lost, and a closed one stays closed", async () => {
  const bell = new Bell();
  bell.ring();
  bell.ring();
  expect(await bell.wait(1)).toBe("rung");
  expect(await bell.wait(1)).toBe("timeout");
  const waiting = bell.wait(10_000);
  bell.ring();
  expect(await waiting).toBe("rung");
  const last = bell.wait(10_000);
  bell.close();
  expect([await last, await bell.wait(10_000)]).toEqual(["closed", "closed"]);
});

test("a load that fails after its last watcher left does nothing to those who came since", async () => {
  const { changes, pending, watch, settle } = slowFeed();
  const early = watch();
  early.stop();
  const late = watch();
  pending[1]?.resolve("one");
  pending[0]?.reject(new Error("the database is gone"));
  await settle();
  const another = watch();
  expect(another.seen).toEqual(["one"]);
  late.stop();
  another.stop();
  changes.emit("live");
  expect(pending).toHaveLength(2);
});
