import { expect, test } from "bun:test";
import { memoize } from "./memo.ts";

test("each question is answered once, whatever the answer is, and strangers' questions do not gather", () => {
  let asked = 0;
  const half = memoize(
    (number: number) => {
      asked += 1;
      return number % 2 === 0 ? number / 2 : null;
    },
    (number) => String(number),
  );
  expect([half(4), half(4), half(3), half(3), asked]).toEqual([2, 2, null, null, 2]);
  for (let i = 0; i < 1000; i += 1) half(i);
  asked = 0;
  half(999);
  half(4);
  expect(asked).toBe(1);
});
