/** What was tried to find out why two devices cannot connect, and what follows from it. Pure. */

/** One address of a configured server. */
export interface ServerCheck {
  url: string;
  kind: "stun" | "turn";
  transport: "udp" | "tcp" | "tls";
  /**
   * `refused`: it answers, and does not take our credentials. `silent`: it gave us an address, but nothing came through
   * there. `unreachable`: no answer.
   */
  result: "ok" | "refused" | "silent" | "unreachable";
  /** How long it took to be of use, ms; null: it is of none. */
  afterMs: number | null;
}

export interface PathChecks {
  /** This device has an address in some network. */
  hasNetwork: boolean;
  /** Media must go through a relay, as this site is set up. */
  isRelayOnly: boolean;
  servers: readonly ServerCheck[];
}

/** The most telling first. */
export type PathFinding =
  /** This device is in no network. */
  | "no-network"
  /** There is neither STUN nor TURN: only devices of one network find each other. */
  | "nothing-configured"
  /** No server answers by UDP, though some do by TCP. */
  | "udp-blocked"
  | "stun-unreachable"
  /** There is no relay for those whom firewalls keep from each other. */
  | "no-relay"
  | "relay-unreachable"
  | "relay-refused"
  /** It gives addresses, but passes nothing on. */
  | "relay-silent"
  /** Nothing but a relay will do, and it works. */
  | "only-relay"
  /** Nothing is in the way on this side. */
  | "all-well";

export function findingsOf({ hasNetwork, isRelayOnly, servers }: PathChecks): PathFinding[] {
  if (!hasNetwork) return ["no-network"];
  if (servers.length === 0) return ["nothing-configured"];
  const stun = servers.filter(({ kind }) => kind === "stun");
  const relays = servers.filter(({ kind }) => kind === "turn");
  const byUdp = servers.filter(({ transport }) => transport === "udp");
  const answers = ({ result }: ServerCheck): boolean => result !== "unreachable";
  const relayWorks = relays.some(({ result }) => result === "ok");
  const stunFails = stun.length > 0 && !stun.some(answers);
  // A server that does not answer at all says nothing of UDP, one that answers by TCP alone does.
  const isUdpBlocked = byUdp.length > 0 && !byUdp.some(answers) && servers.some(answers);
  const findings: PathFinding[] = [];
  if (isUdpBlocked) findings.push("udp-blocked");
  else if (stunFails) findings.push("stun-unreachable");
  if (relays.length === 0) findings.push("no-relay");
  else if (!relayWorks) findings.push(relayProblem(relays));
  else if (isRelayOnly || isUdpBlocked || stunFails) findings.push("only-relay");
  return findings.length === 0 ? ["all-well"] : findings;
}

function relayProblem(relays: readonly ServerCheck[]): PathFinding {
  if (relays.some(({ result }) => result === "refused")) return "relay-refused";
  return relays.some(({ result }) => result === "silent") ? "relay-silent" : "relay-unreachable";
}

/** By which transport a server is asked (RFC 7065, 3.1: UDP, and TLS for `turns`, unless it says so). */
export function transportOf(url: string): ServerCheck["transport"] {
  if (/^(turns|stuns):/.test(url)) return "tls";
  return /[?&]transport=tcp\b/.test(url) ? "tcp" : "udp";
}
