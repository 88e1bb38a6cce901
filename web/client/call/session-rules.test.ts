import { expect, test } from "bun:test";
import { closeCodes } from "../../../signaling/contract/limits.ts";
import { isTokenVoid, mediaAfter, nothingSent, placeOf, refusedMedia } from "./session-rules.ts";

test.each([
  ["muted", { mic: true, camera: false, screen: false }],
  ["no-sharing", { mic: false, camera: false, screen: true }],
  ["off-stage", { mic: true, camera: true, screen: true }],
  ["asked-to-unmute", nothingSent],
  ["rate-limited", nothingSent],
] as const)("after %s this goes off", (reason, off) => {
  expect(mediaAfter(reason)).toEqual(off);
});

test("what the server has not taken over from hello is off", () => {
  const you = { mic: false, camera: true, screen: false } as Parameters<typeof refusedMedia>[1];
  const said = { mic: true, camera: true, screen: false };
  expect(refusedMedia(said, you)).toEqual({ mic: true, camera: false, screen: false });
  expect(refusedMedia(said, undefined)).toEqual(nothingSent);
});

test("why there is no ticket is said apart from why a socket was closed", () => {
  expect(placeOf({ type: "closed", code: closeCodes.full })).toEqual({ type: "shut", code: closeCodes.full });
  const refusal = { ok: false, message: "Wrong passcode.", reason: "passcode" } as const;
  const closed = { type: "closed", code: closeCodes.unauthorized, refusal } as const;
  expect(placeOf(closed)).toEqual({ type: "no-ticket", reason: "passcode", message: "Wrong passcode." });
  const other = { ...closed, refusal: { ok: false, message: "No." } as const };
  expect(placeOf(other)).toEqual({ type: "no-ticket", reason: "unknown", message: "No." });
});

test("who was removed, or whose call has ended, comes as somebody new; who found it full does not", () => {
  const voids = (["unauthorized", "removed", "gone", "full", "locked", "replaced"] as const).filter((name) =>
    isTokenVoid(closeCodes[name]),
  );
  expect(voids).toEqual(["unauthorized", "removed", "gone"]);
});
