import { expect, test } from "bun:test";
import type { NetworkInterfaceInfo } from "node:os";
import { localAddress } from "./local-address.ts";

const ipv4 = (address: string): NetworkInterfaceInfo[] => [
  { address, family: "IPv4", internal: address.startsWith("127."), netmask: "", mac: "", cidr: null },
];
const lan = { lo: ipv4("127.0.0.1"), docker0: ipv4("172.17.0.1"), eth0: ipv4("192.168.1.20") };

test("the address that others in the network can reach", () => {
  expect(localAddress(lan, false)).toBe("192.168.1.20");
  expect(localAddress({ lo: ipv4("127.0.0.1"), docker0: ipv4("172.17.0.1"), eth0: ipv4("203.0.113.7") }, false)).toBe(
    undefined,
  );
});

test("a container names none: its own leads nowhere", () => {
  expect(localAddress({ lo: ipv4("127.0.0.1"), eth0: ipv4("172.17.0.2") }, true)).toBeUndefined();
});
