import { expect, test } from "bun:test";
import { findingsOf, type PathChecks, type PathFinding, type ServerCheck, transportOf } from "./path-findings.ts";

const server = (url: string, result: ServerCheck["result"]): ServerCheck => ({
  url,
  kind: url.startsWith("stun") ? "stun" : "turn",
  transport: transportOf(url),
  result,
  afterMs: result === "ok" ? 40 : null,
});
const stun = (result: ServerCheck["result"]): ServerCheck => server("stun:turn.example:3478", result);
const udp = (result: ServerCheck["result"]): ServerCheck => server("turn:turn.example:3478", result);
const tcp = (result: ServerCheck["result"]): ServerCheck => server("turn:turn.example:3478?transport=tcp", result);
const tls = (result: ServerCheck["result"]): ServerCheck => server("turns:turn.example:443?transport=tcp", result);

test.each<[string, ServerCheck[], PathFinding[], Partial<PathChecks>?]>([
  ["no network", [stun("unreachable")], ["no-network"], { hasNetwork: false }],
  ["nothing configured", [], ["nothing-configured"]],
  ["all is well", [stun("ok"), udp("ok"), tcp("ok")], ["all-well"]],
  ["STUN alone", [stun("ok")], ["no-relay"]],
  ["STUN alone, and silent", [stun("unreachable")], ["stun-unreachable", "no-relay"]],
  ["UDP does not come through", [stun("unreachable"), udp("unreachable"), tls("ok")], ["udp-blocked", "only-relay"]],
  [
    "UDP does not come through, nor credentials",
    [udp("unreachable"), tcp("refused")],
    ["udp-blocked", "relay-refused"],
  ],
  ["nobody answers at all", [stun("unreachable"), udp("unreachable")], ["stun-unreachable", "relay-unreachable"]],
  ["STUN is down, the relay is not", [stun("unreachable"), udp("ok")], ["stun-unreachable", "only-relay"]],
  ["the relay is down", [stun("ok"), udp("unreachable"), tcp("unreachable")], ["relay-unreachable"]],
  ["the relay refuses us", [stun("ok"), udp("refused"), tcp("unreachable")], ["relay-refused"]],
  ["the relay passes nothing on", [stun("ok"), udp("silent")], ["relay-silent"]],
  ["one way to the relay is enough", [stun("ok"), udp("silent"), tls("ok")], ["all-well"]],
  ["relay by policy", [udp("ok")], ["only-relay"], { isRelayOnly: true }],
])("%s", (_, servers, findings, more = {}) => {
  expect(findingsOf({ hasNetwork: true, isRelayOnly: false, servers, ...more })).toEqual(findings);
});
