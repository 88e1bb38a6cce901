import { expect, test } from "bun:test";
import { SocketSlots } from "./socket-slots.ts";

test("an address has so many slots, and gets them back", () => {
  const slots = new SocketSlots(2);
  expect([slots.take("a", 0), slots.take("a", 0), slots.take("a", 0), slots.take("b", 0)]).toEqual([
    true,
    true,
    false,
    true,
  ]);
  slots.giveBack("a");
  expect([slots.take("a", 0), slots.take("a", 0)]).toEqual([true, false]);
});

test("who opens and closes all the time has to wait", () => {
  const slots = new SocketSlots(2);
  const opens = (now: number): number => {
    let count = 0;
    while (slots.take("a", now)) {
      slots.giveBack("a");
      count += 1;
    }
    return count;
  };
  expect(opens(0)).toBe(6);
  slots.sweep(5_000);
  expect(opens(5_000)).toBe(1);
  slots.sweep(36_000);
  expect(opens(36_000)).toBe(6);
});
