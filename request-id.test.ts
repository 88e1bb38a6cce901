import { expect, test } from "bun:test";
import { newRequestId, requestIdOf } from "./request-id.ts";

test("an id that is well-formed is taken over", () => {
  for (const id of ["6b1f0c1e-8f7a-4d21-9d3e-0f6f7f1f2a3b", "01JD5K9Z8N-sin", "deadbeef"])
    expect(requestIdOf(id)).toBe(id);
});

test("anything else is replaced", () => {
  for (const given of [undefined, null, "", "short", "a".repeat(65), "an id", 'id"\n{"level":50}', "<b>bold</b>"])
    expect(requestIdOf(given)).toMatch(/^[0-9a-f]{16}$/);
  expect(newRequestId()).not.toBe(newRequestId());
});
