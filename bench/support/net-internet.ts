import { delayProgram } from "./net-delay.ts";
import { Namespace, removeNamespaces, run } from "./net-namespace.ts";

/**
 * An internet in miniature: one router in the middle, machines with public addresses around it, and homes behind routers
 * of their own. Everything between two of them passes the middle, where it can be held up or dropped. [I/O]
 */

/** What a home's router does to addresses. */
export type Nat =
  /**
   * The same public port for all destinations, as long as it is free, and nothing comes in that was not asked for: a
   * port-restricted cone (RFC 3489 5; endpoint-independent mapping in RFC 4787's words).
   */
  | "cone"
  /** Another port for each destination: STUN finds an address that is no good for anybody else. */
  | "symmetric";

export interface Machine {
  namespace: Namespace;
  /** Its own; in a home, that of the home's network. */
  address: string;
  /** Where others see it come from. */
  publicAddress: string;
  /** Its network device. */
  device: string;
  /** What its packets are sent on to. */
  gateway: string;
  /** Its line, where it leaves the middle. */
  lineDevice: string;
}

/** RFC 5737: for documentation. A relay that refuses private addresses takes these. */
const publicNet = "198.51.100.";
const delayTable = "100";

export class Internet {
  readonly #core: Namespace;
  readonly #namespaces: Namespace[] = [];
  readonly #lines: ReturnType<typeof Bun.spawn>[] = [];
  #machines = 0;

  constructor() {
    removeNamespaces();
    this.#core = this.#add("core");
    this.#core.forward();
    this.#core.nft("table inet middle { chain forward { type filter hook forward priority 0; }; }");
  }

  #add(name: string): Namespace {
    const namespace = new Namespace(name);
    this.#namespaces.push(namespace);
    return namespace;
  }

  /** A machine with a public address. `name` at most 10 letters. */
  attach(name: string): Machine {
    const first = 4 * this.#machines++;
    const gateway = `${publicNet}${first + 1}`;
    const address = `${publicNet}${first + 2}`;
    const namespace = this.#add(name);
    const lineDevice = `to-${name}`;
    this.#core.connect({ device: lineDevice, address: `${gateway}/30` }, namespace, {
      device: "eth0",
      address: `${address}/30`,
    });
    namespace.ip("route", "add", "default", "via", gateway);
    return { namespace, address, publicAddress: address, device: "eth0", gateway, lineDevice };
  }

  /** This machine itself, for what cannot run in a namespace: containers. Returns its address there. */
  attachHost(): string {
    const first = 4 * this.#machines++;
    const [gateway, address] = [`${publicNet}${first + 1}`, `${publicNet}${first + 2}`];
    const device = `pgc${process.pid}`;
    run(`ip link add ${device} type veth peer name to-host netns ${this.#core.id}`.split(" "));
    run(`ip address add ${address}/30 dev ${device}`.split(" "));
    run(`ip link set ${device} up`.split(" "));
    this.#core.ip("address", "add", `${gateway}/30`, "dev", "to-host");
    this.#core.ip("link", "set", "to-host", "up");
    // It goes with the cable, and that with the namespace at its other end.
    run(`ip route add ${publicNet}0/24 via ${gateway} dev ${device}`.split(" "));
    return address;
  }

  /** A machine behind a router that translates addresses. */
  home(name: string, nat: Nat): Machine {
    return this.#behindRouter(this.#add(name), name, nat, { device: "eth0", net: "192.168.1." });
  }

  /** Another line for a machine in a home, by another router: laid, and not used before `connectLine` says so. */
  otherLine(machine: Machine, name: string, nat: Nat): Machine {
    return this.#behindRouter(machine.namespace, name, nat, { device: "eth1", net: "192.168.2." });
  }

  #behindRouter(
    namespace: Namespace,
    name: string,
    nat: Nat,
    { device, net }: { device: string; net: string },
  ): Machine {
    const router = this.attach(`${name}-nat`);
    const [gateway, address] = [`${net}1`, `${net}10`];
    router.namespace.forward();
    router.namespace.connect({ device: "lan", address: `${gateway}/24` }, namespace, {
      device,
      address: `${address}/24`,
    });
    // The router drops what it did not ask for: were it to answer, the kernel would remember that as a connection of its
    // own, and give the home's next packet to that address another port.
    router.namespace.nft(`table ip home {
      chain out { type nat hook postrouting priority srcnat; oifname "eth0" masquerade ${nat === "symmetric" ? "random,fully-random" : ""}; };
      chain in { type filter hook input priority 0; iifname "eth0" ct state established,related accept; iifname "eth0" drop; };
      chain through { type filter hook forward priority 0; iifname "eth0" ct state established,related accept; iifname "eth0" drop; };
    }`);
    const machine = { ...router, namespace, address, device, gateway };
    if (device === "eth0") this.connectLine(machine);
    return machine;
  }

  /** Takes the cable out of a machine. */
  cutLine({ namespace, device }: Machine): void {
    namespace.ip("link", "set", "dev", device, "down");
  }

  /** Puts it in, and sends everything over it. */
  connectLine({ namespace, device, gateway }: Machine): void {
    namespace.ip("link", "set", "dev", device, "up");
    namespace.ip("route", "replace", "default", "via", gateway);
  }

  /** From now on the middle drops what these rules say, and nothing else: lines of nftables, for what it passes on. */
  filter(...rules: string[]): void {
    this.#core.nft(
      ["flush chain inet middle forward", ...rules.map((rule) => `add rule inet middle forward ${rule}`)].join("\n"),
    );
  }

  /** Narrows a machine's line in both directions, kbit/s. What does not fit waits for up to 300 ms, then is dropped. */
  narrow(machine: Machine, kbitPerSec: number): void {
    for (const [namespace, device] of [
      [this.#core, machine.lineDevice],
      [machine.namespace, machine.device],
    ] as const) {
      const shape = `rate ${kbitPerSec}kbit burst 6kb latency 300ms`.split(" ");
      namespace.run("tc", "qdisc", "replace", "dev", device, "root", "tbf", ...shape);
    }
  }

  /** Makes a machine's line longer by so many milliseconds in each direction. */
  async lengthen(machine: Machine, delayMs: number): Promise<void> {
    const device = `delay${this.#lines.length}`;
    const line = Bun.spawn([...this.#core.through, process.execPath, delayProgram, device, String(delayMs)], {
      stdin: "ignore",
      stdout: "pipe",
      stderr: "inherit",
    });
    this.#lines.push(line);
    const { value } = await line.stdout.getReader().read();
    if (value === undefined) throw new Error("The longer line did not start.");
    this.#core.ip("link", "set", device, "up");
    this.#core.ip("route", "replace", "default", "dev", device, "table", delayTable);
    this.#core.ip("rule", "add", "iif", device, "lookup", "main", "priority", "10");
    for (const end of ["from", "to"]) {
      this.#core.ip("rule", "add", end, machine.publicAddress, "lookup", delayTable, "priority", "20");
    }
  }

  /** Takes it all away. The processes in it must have ended. */
  remove(): void {
    for (const line of this.#lines) line.kill("SIGKILL");
    for (const namespace of this.#namespaces.splice(0)) namespace.remove();
  }
}
