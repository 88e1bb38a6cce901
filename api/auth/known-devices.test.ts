import { expect, test } from "bun:test";
import { KnownDevices } from "./known-devices.ts";

const secret = "a secret for tests, of thirty-two characters";

test("a device is known to who has signed in there, under the server's own secret, by a name of its own", () => {
  const devices = new KnownDevices(secret);
  const [first, second] = [devices.mark("wati"), devices.mark("wati")];
  expect(devices.find(first, "wati")).toMatch(/^[0-9a-f]{16}$/);
  expect(devices.find(first, "wati")).not.toBe(devices.find(second, "wati"));
  expect(devices.find(first, "budi")).toBeNull();
  expect(devices.find(undefined, "wati")).toBeNull();
  expect(devices.find("garbage", "wati")).toBeNull();
  expect(new KnownDevices(`${secret}!`).find(first, "wati")).toBeNull();
});
