import { BlockList, isIP } from "node:net";

const privateRanges = new BlockList();
for (const [network, bits] of [
  ["127.0.0.0", 8],
  ["10.0.0.0", 8],
  ["172.16.0.0", 12],
  ["192.168.0.0", 16],
  ["169.254.0.0", 16],
  // RFC 6598, which private overlay networks use too.
  ["100.64.0.0", 10],
] as const) {
  privateRanges.addSubnet(network, bits, "ipv4");
}
privateRanges.addAddress("::1", "ipv6");
privateRanges.addSubnet("fc00::", 7, "ipv6");
privateRanges.addSubnet("fe80::", 10, "ipv6");

const familyOf = (address: string): "ipv4" | "ipv6" => (isIP(address) === 4 ? "ipv4" : "ipv6");

/** An address in its plain form: IPv4 also where a socket shows it as IPv6, no zone. Not an address: as it is. */
export function plainAddress(address: string): string {
  const withoutZone = address.replace(/%.*$/, "");
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(withoutZone);
  return mapped?.[1] ?? withoutZone;
}

/** What limits count by: an IPv4 address, or the /64 of an IPv6 one, since a home has that many. */
export function limitKey(address: string): string {
  const plain = plainAddress(address);
  if (isIP(plain) !== 6) return plain;
  const [head = "", tail] = plain.toLowerCase().split("::");
  const groups = head === "" ? [] : head.split(":");
  const tailGroups = tail === undefined || tail === "" ? [] : tail.split(":");
  const missing = tail === undefined ? 0 : Math.max(0, 8 - groups.length - tailGroups.length);
  const all = [...groups, ...Array.from({ length: missing }, () => "0"), ...tailGroups];
  return `${all
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ""))
    .join(":")}::/64`;
}

/** Whether a host name, as in a URL, means this machine or a private network: nobody on the internet can own it. */
export function isPrivateHostname(hostname: string): boolean {
  const name = hostname.toLowerCase().replace(/^\[|\]$/g, "");
  if (isIP(name) !== 0) return privateRanges.check(plainAddress(name), familyOf(plainAddress(name)));
  return name === "localhost" || name.endsWith(".localhost") || name.endsWith(".local");
}

/** The proxies whose forwarded headers count. */
export class TrustedProxies {
  readonly #list = new BlockList();
  readonly #clientHeader: string;

  /** Addresses and CIDR ranges, and the header in which they name who asks. */
  constructor(ranges: readonly string[], clientHeader = "X-Forwarded-For") {
    this.#clientHeader = clientHeader;
    for (const range of ranges) {
      const [network = "", bits] = range.split("/");
      if (bits === undefined) this.#list.addAddress(network, familyOf(network));
      else this.#list.addSubnet(network, Number(bits), familyOf(network));
    }
  }

  has(address: string): boolean {
    const plain = plainAddress(address);
    return isIP(plain) !== 0 && this.#list.check(plain, familyOf(plain));
  }

  /**
   * Who really asks: the peer, or when that is a trusted proxy, the last address in the client header that is none.
   * What stands further left was written by that client and means nothing.
   */
  clientAddress(peer: string, headers: Pick<Headers, "get">): string {
    let client = plainAddress(peer);
    for (const hop of (headers.get(this.#clientHeader) ?? "").split(",").reverse()) {
      const address = plainAddress(hop.trim());
      if (!this.has(client) || isIP(address) === 0) break;
      client = address;
    }
    return client;
  }
}
