import { stillRunning } from "../../e2e/support/processes.ts";

/** Machines that exist only in this one's kernel: network namespaces of Linux, joined by pairs of virtual cables. [I/O] */

/** Names what this process has made, so that a later one can clear up after one that was killed. */
const prefix = `pgc${process.pid}-`;

/** Runs a command to its end. Throws with what it complained of. */
export function run(command: readonly string[], input = ""): string {
  const done = Bun.spawnSync([...command], { stdin: Buffer.from(input), stdout: "pipe", stderr: "pipe" });
  if (!done.success) throw new Error(`${command.join(" ")}: ${done.stderr.toString().trim()}`);
  return done.stdout.toString();
}

/** Throws an error of one line that says what is missing for networks of our own. */
export function checkNetworkTools(programs: readonly string[]): void {
  if (process.platform !== "linux" || process.getuid?.() !== 0) throw new Error("This needs Linux and root.");
  const missing = programs.filter((name) => Bun.which(name) === null);
  if (missing.length > 0)
    throw new Error(`Missing: ${missing.join(", ")} (Debian: iproute2 nftables coturn nginx openssl).`);
}

/** One machine, or one router. */
export class Namespace {
  /** As `ip netns` knows it. */
  readonly id: string;

  constructor(name: string) {
    this.id = prefix + name;
    run(["ip", "netns", "add", this.id]);
    // Without IPv6: its addresses take a second to settle, and a browser drops its connections when one has.
    this.run("sysctl", "-qw", "net.ipv6.conf.all.disable_ipv6=1", "net.ipv6.conf.default.disable_ipv6=1");
    this.ip("link", "set", "lo", "up");
  }

  /** What makes any command run in here. */
  get through(): string[] {
    return ["ip", "netns", "exec", this.id];
  }

  run(...command: string[]): string {
    return run([...this.through, ...command]);
  }

  ip(...words: string[]): string {
    return run(["ip", "-n", this.id, ...words]);
  }

  /** Adds rules of nftables; see nft(8) for the syntax. */
  nft(ruleset: string): void {
    run([...this.through, "nft", "-f", "-"], ruleset);
  }

  /** Passes on what is for others. */
  forward(): void {
    this.run(
      "sysctl",
      "-qw",
      "net.ipv4.ip_forward=1",
      "net.ipv4.conf.all.rp_filter=0",
      "net.ipv4.conf.default.rp_filter=0",
    );
  }

  /** Lays a cable to another namespace: a network of two addresses, `10.0.0.1/30` here and `10.0.0.2/30` there, say. */
  connect(
    here: { device: string; address: string },
    there: Namespace,
    remote: { device: string; address: string },
  ): void {
    run([
      "ip",
      "link",
      "add",
      here.device,
      "netns",
      this.id,
      "type",
      "veth",
      "peer",
      "name",
      remote.device,
      "netns",
      there.id,
    ]);
    for (const [end, { device, address }] of [
      [this, here],
      [there, remote],
    ] as const) {
      end.ip("address", "add", address, "dev", device);
      end.ip("link", "set", "dev", device, "up");
    }
  }

  remove(): void {
    run(["ip", "netns", "delete", this.id]);
  }
}

/** Removes the namespaces of this process, and those of earlier ones that have ended without doing so. */
export function removeNamespaces(): void {
  const all = run(["ip", "netns", "list"])
    .split("\n")
    .map((line) => line.split(" ", 1)[0] ?? "");
  for (const id of all) {
    const [, maker] = /^pgc(\d+)-/.exec(id) ?? [];
    if (maker === undefined) continue;
    if (Number(maker) === process.pid || stillRunning([Number(maker)]).length === 0) {
      // A process that is still in there keeps what it needs of it; only the name goes.
      run(["ip", "netns", "delete", id]);
    }
  }
}
