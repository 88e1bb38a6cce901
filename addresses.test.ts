import { expect, test } from "bun:test";
import { isPrivateHostname, limitKey, plainAddress, TrustedProxies } from "./addresses.ts";

test.each([
  ["192.0.2.1", "192.0.2.1"],
  ["::ffff:192.0.2.1", "192.0.2.1"],
  ["2001:db8::1", "2001:db8:0:0::/64"],
  ["2001:db8:0:0:ffff::1", "2001:db8:0:0::/64"],
  ["2001:DB8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
  ["fe80::1%eth0", "fe80:0:0:0::/64"],
  ["::1", "0:0:0:0::/64"],
  ["2001:0db8:0001::", "2001:db8:1:0::/64"],
  ["", ""],
])("limits count %s as %s", (address, key) => {
  expect(limitKey(address)).toBe(key);
});

test.each([
  ["localhost", true],
  ["LOCALHOST", true],
  ["stage.localhost", true],
  ["stage.local", true],
  ["127.9.9.9", true],
  ["10.0.0.1", true],
  ["172.16.0.1", true],
  ["172.31.255.255", true],
  ["192.168.0.1", true],
  ["169.254.1.1", true],
  ["100.64.0.1", true],
  ["[::1]", true],
  ["[fd12::1]", true],
  ["[fdaa:0:18:a7b:7d:f066:b83b:2]", true],
  ["[fe80::1]", true],
  ["[::ffff:c0a8:1]", true],
  ["172.32.0.1", false],
  ["100.128.0.1", false],
  ["8.8.8.8", false],
  ["[2001:db8::1]", false],
  ["0.0.0.0", false],
  ["example.com", false],
  ["localhost.example.com", false],
  ["local", false],
  ["notlocal", false],
  ["127.0.0.1.example.com", false],
])("whether only a private network can own %s: %p", (hostname, isPrivate) => {
  expect(isPrivateHostname(hostname)).toBe(isPrivate);
});

const proxies = new TrustedProxies(["10.0.0.0/8", "192.0.2.1", "fd00::/8", "2001:db8:5::7"]);

test.each([
  ["nobody forwards", "198.51.100.1", undefined, "198.51.100.1"],
  ["a stranger forges", "198.51.100.1", "203.0.113.5", "198.51.100.1"],
  ["a stranger forges a proxy's address", "198.51.100.1", "203.0.113.5, 10.0.0.1", "198.51.100.1"],
  ["one proxy", "10.0.0.1", "203.0.113.5", "203.0.113.5"],
  ["a client forges through a proxy", "10.0.0.1", "1.1.1.1, 203.0.113.5", "203.0.113.5"],
  ["a client forges a proxy's address through a proxy", "10.0.0.1", "1.1.1.1, 10.0.0.9, 203.0.113.5", "203.0.113.5"],
  ["two proxies", "10.0.0.1", "203.0.113.5, 192.0.2.1", "203.0.113.5"],
  ["four proxies of both families", "10.0.0.1", "203.0.113.5,fd12::1 , 2001:db8:5::7,192.0.2.1", "203.0.113.5"],
  ["a chain of proxies and nobody else", "10.0.0.1", "10.0.0.3, 10.0.0.2", "10.0.0.3"],
  ["a stranger's proxy before ours", "10.0.0.1", "1.1.1.1, 192.0.2.2", "192.0.2.2"],
  ["a proxy as the socket shows it", "::ffff:10.0.0.1", "2001:db8::5", "2001:db8::5"],
  ["a proxy as the socket shows it, in hexadecimal", "::ffff:a00:1", "203.0.113.5", "203.0.113.5"],
  ["a client as the proxy's socket shows it", "10.0.0.1", "::ffff:203.0.113.5", "203.0.113.5"],
  ["an IPv6 proxy", "fd00::9", "203.0.113.5", "203.0.113.5"],
  ["an IPv6 proxy with its zone", "fd00::9%eth0", "203.0.113.5", "203.0.113.5"],
  ["an IPv6 proxy, written in full", "2001:0db8:0005:0000:0000:0000:0000:0007", "2001:db8::5", "2001:db8::5"],
  ["a neighbour of a proxy", "2001:db8:5::8", "203.0.113.5", "2001:db8:5::8"],
  ["no address", "10.0.0.1", "unknown", "10.0.0.1"],
  ["no address, behind an address", "10.0.0.1", "203.0.113.5, unknown", "10.0.0.1"],
  ["an address with a port", "10.0.0.1", "203.0.113.5:4711", "10.0.0.1"],
  ["the syntax of Forwarded", "10.0.0.1", "for=203.0.113.5;proto=https", "10.0.0.1"],
  ["an empty header", "10.0.0.1", "", "10.0.0.1"],
  ["empty places", "10.0.0.1", "203.0.113.5, ,", "10.0.0.1"],
])("who asks when %s", (_, peer, forwardedFor, client) => {
  const headers = new Headers(forwardedFor === undefined ? {} : { "X-Forwarded-For": forwardedFor });
  expect(proxies.clientAddress(peer, headers)).toBe(client);
});

// As seen from Fly: the proxy comes from 172.16.0.0/16 and puts the app's own public address last.
const onFly = new TrustedProxies(["172.16.0.0/12"], "Fly-Client-IP");
const fromFly = (client: string): Headers =>
  new Headers({ "X-Forwarded-For": `${client}, 66.241.124.230`, "Fly-Client-IP": client });

test.each([
  ["a visitor", "172.16.5.90", "203.0.113.5", "203.0.113.5"],
  ["a visitor with IPv6", "172.16.5.90", "2001:db8::5", "2001:db8::5"],
  ["a visitor, where the socket listens on ::", "::ffff:172.16.5.90", "203.0.113.5", "203.0.113.5"],
  ["a machine of the same organisation that forges", "fdaa:0:18:a7b::2", "203.0.113.5", "fdaa:0:18:a7b::2"],
])("who asks on Fly: %s", (_, peer, header, client) => {
  expect(onFly.clientAddress(peer, fromFly(header))).toBe(client);
});

test("Forwarded (RFC 7239) means nothing, whoever sends it", () => {
  const headers = new Headers({ Forwarded: "for=203.0.113.5;proto=https;by=10.0.0.1" });
  expect(proxies.clientAddress("10.0.0.1", headers)).toBe("10.0.0.1");
});

test("an address is trusted only as configured", () => {
  const trusted = ["10.255.0.1", "192.0.2.1", "fdff::1", "::ffff:192.0.2.1", "::FFFF:c000:201", "2001:DB8:5:0::7"];
  expect(trusted.filter((address) => !proxies.has(address))).toEqual([]);
  const others = ["11.0.0.1", "192.0.2.2", "fe80::1", "", "unix:", "::10.0.0.1", "64:ff9b::a00:1", "010.0.0.1"];
  expect(others.filter((address) => proxies.has(address))).toEqual([]);
  expect(new TrustedProxies([]).has("127.0.0.1")).toBe(false);
  // A range may be written by any of its addresses, and as a socket shows IPv4.
  expect(new TrustedProxies(["10.1.2.3/8"]).has("10.9.9.9")).toBe(true);
  expect(new TrustedProxies(["::ffff:10.0.0.0/104", "::ffff:192.0.2.1"]).has("10.9.9.9")).toBe(true);
  expect(new TrustedProxies(["::ffff:192.0.2.1"]).has("192.0.2.1")).toBe(true);
});

test("plain addresses stay as they are", () => {
  expect(["::ffff:1.2.3.4", "::FFFF:1.2.3.4", "fe80::1%en0", "::1"].map(plainAddress)).toEqual([
    "1.2.3.4",
    "1.2.3.4",
    "fe80::1",
    "::1",
  ]);
});

test("a network of private IPv6 addresses can be trusted by its range", () => {
  const network = new TrustedProxies(["fdaa::/16"]);
  expect(network.has("fdaa:0:18:a7b:7d:f066:b83b:2")).toBe(true);
  expect(network.has("fdab::1")).toBe(false);
  expect(network.has("172.16.5.90")).toBe(false);
});
