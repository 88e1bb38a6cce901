import { expect, test } from "bun:test";
import { Outbox, type OutboxStorage, unsavedAfterMs } from "./chat-outbox.ts";

const author = "4bf92f3577b34da6a3ce929d0e0e4736";

function memory(): OutboxStorage & { values: Map<string, string> } {
  const values = new Map<string, string>();
  return { values, getItem: (key) => values.get(key) ?? null, setItem: (key, value) => void values.set(key, value) };
}

function outboxWith(texts: string[], storage: OutboxStorage = memory()): Outbox {
  const outbox = new Outbox(storage, "ibu");
  outbox.identify(author);
  for (const text of texts) outbox.add({ nonce: `nonce-${text}`, text, action: false, reply: null, at: 1 });
  return outbox;
}
const textOf = (say: ReturnType<Outbox["next"]>): string | null => say?.text ?? null;

test("one line at a time is on its way, in the order in which they were written", () => {
  const outbox = outboxWith(["a", "b"]);
  expect(outbox.next(0)).toEqual({ type: "say", nonce: "nonce-a", text: "a" });
  expect(outbox.next(0)).toBeNull();
  outbox.markShown((nonce) => nonce === "nonce-a", 5);
  expect(textOf(outbox.next(5))).toBe("b");
  expect(outbox.unshown.map(({ text }) => text)).toEqual(["b"]);
});

test("a shown line that is not acknowledged in time is unsaved until it is", () => {
  const outbox = outboxWith(["a"]);
  outbox.next(0);
  outbox.markShown(() => true, 100);
  expect(outbox.wakeAt(100)).toBe(100 + unsavedAfterMs);
  expect(outbox.isUnsaved("nonce-a", 99 + unsavedAfterMs)).toBe(false);
  expect(outbox.isUnsaved("nonce-a", 100 + unsavedAfterMs)).toBe(true);
  outbox.acknowledge(["nonce-a"]);
  expect(outbox.isUnsaved("nonce-a", 100 + unsavedAfterMs)).toBe(false);
});

test("what was sent on a connection that broke is sent again and says so, what was not is simply sent", () => {
  const outbox = outboxWith(["a", "b"]);
  outbox.next(0);
  outbox.markBroken();
  expect(outbox.next(0)).toEqual({ type: "say", nonce: "nonce-a", text: "a", again: true });
  outbox.markShown((nonce) => nonce === "nonce-a", 0);
  expect(outbox.next(0)).toEqual({ type: "say", nonce: "nonce-b", text: "b" });
});

test("a line that waits is not overtaken, and tries again when its time comes or the rules change", () => {
  const outbox = outboxWith(["a", "b"]);
  outbox.next(0);
  outbox.postpone("nonce-a", 3_600_000);
  expect(outbox.next(10)).toBeNull();
  expect(outbox.wakeAt(10)).toBe(3_600_000);
  outbox.retryNow();
  expect(textOf(outbox.next(10))).toBe("a");
  outbox.postpone("nonce-a", 500);
  expect(textOf(outbox.next(500))).toBe("a");
});

test("a line that is refused for good makes room for the next", () => {
  const outbox = outboxWith(["a", "b"]);
  outbox.next(0);
  expect(outbox.refuse("nonce-a")?.text).toBe("a");
  expect(textOf(outbox.next(0))).toBe("b");
});

test("a shown line that the list no longer holds is neither shown at the end nor in the way of the next", () => {
  const outbox = outboxWith(["a", "b"]);
  outbox.next(0);
  outbox.markShown((nonce) => nonce === "nonce-a", 5);
  // 500 lines later, or removed by a moderator, and not acknowledged yet.
  outbox.markShown(() => false, 6);
  expect(outbox.unshown.map(({ text }) => text)).toEqual(["b"]);
  expect(textOf(outbox.next(6))).toBe("b");
  // A history that was loaded anew says what the room has: it may have lost the line.
  outbox.forgetShown();
  expect(outbox.unshown.map(({ text }) => text)).toEqual(["a", "b"]);
});

test("a guest sends nobody's lines, and they wait for their author", () => {
  const storage = memory();
  const outbox = outboxWith(["a"], storage);
  outbox.identify(null);
  outbox.markBroken();
  expect(outbox.next(0)).toBeNull();
  expect(outbox.unshown).toEqual([]);
  outbox.identify(author);
  expect(textOf(outbox.next(0))).toBe("a");
});

test("the answer to a removed line goes on without its quote", () => {
  const reply = { id: "removed", name: "siti", text: "rude" };
  const outbox = outboxWith([]);
  outbox.add({ nonce: "nonce-a", text: "a", action: false, reply, at: 1 });
  outbox.unquote((id) => id === "removed");
  expect(outbox.unshown[0]?.reply).toBeNull();
  expect(outbox.next(0)).toEqual({ type: "say", nonce: "nonce-a", text: "a" });
});

test("a reload brings back what was not acknowledged, as sent before, and to its author alone", () => {
  const storage = memory();
  const before = outboxWith(["a", "b", "c"], storage);
  before.next(0);
  before.acknowledge(["nonce-a"]);
  before.next(0);
  const after = outboxWith([], storage);
  expect(after.next(0)).toEqual({ type: "say", nonce: "nonce-b", text: "b", again: true });
  expect(after.unshown.map(({ text }) => text)).toEqual(["b", "c"]);
  // A second tab that was made from the first has the same lines: either may have sent them.
  after.acknowledge(["nonce-b"]);
  expect(after.next(0)).toEqual({ type: "say", nonce: "nonce-c", text: "c", again: true });

  const other = new Outbox(storage, "ibu");
  other.identify("00f067aa0ba902b700f067aa0ba902b7");
  expect(other.next(0)).toBeNull();
});

test("a storage that is full or damaged costs nothing but the reload", () => {
  const full: OutboxStorage = {
    getItem: () => "{",
    setItem: () => {
      throw new Error("QuotaExceededError");
    },
  };
  expect(textOf(outboxWith(["a"], full).next(0))).toBe("a");
});
