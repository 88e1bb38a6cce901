import { join } from "node:path";
import { until } from "../../e2e/support/until.ts";
import { run } from "./net-namespace.ts";

/** compose.yaml as an operator runs it, under a name of its own. Needs Docker with either Compose. [I/O] */

const root = join(import.meta.dir, "..", "..");
const name = "panggung-bench";
/** Another than the default: containers of somebody's own may run beside these, other ports permitting. */
const networkPrefix = "10.87.32";
const healthyWithinMs = 180_000;
/** `secrets` ends when it is done. */
export const longLived = ["api", "ingest", "signaling", "caddy", "coturn"] as const;

export class ComposeProject {
  readonly #command: string[];
  readonly #environment: Record<string, string | undefined>;

  /** `domain`: what people type. Throws an error of one line where there is no Docker. */
  constructor(domain: string) {
    if (Bun.which("docker") === null) throw new Error("This needs Docker.");
    const plugin = Bun.spawnSync(["docker", "compose", "version"], { stdout: "ignore", stderr: "ignore" }).success;
    if (!plugin && Bun.which("docker-compose") === null) throw new Error("This needs Docker Compose.");
    this.#command = [...(plugin ? ["docker", "compose"] : ["docker-compose"]), "--project-name", name];
    this.#environment = { ...process.env, DOMAIN: domain, NETWORK_PREFIX: networkPrefix };
  }

  /** Runs Compose to its end, and returns what it printed. Throws with what it complained of. */
  async do(...words: string[]): Promise<string> {
    const child = Bun.spawn([...this.#command, ...words], {
      cwd: root,
      env: this.#environment,
      stdin: "ignore",
      stdout: "pipe",
      stderr: "pipe",
    });
    const [output, complaints] = await Promise.all([child.stdout.text(), child.stderr.text()]);
    if ((await child.exited) !== 0)
      throw new Error(`compose ${words.join(" ")}: ${complaints.replaceAll(/\s+/g, " ").slice(-600)}`);
    return output;
  }

  /** A command in a container. */
  exec(service: string, ...words: string[]): Promise<string> {
    return this.do("exec", "-T", service, ...words);
  }

  /** Waits until each container says that it is well. */
  async untilHealthy(): Promise<void> {
    await until("all containers are healthy", () => this.#healthy() === longLived.length, healthyWithinMs);
  }

  #healthy(): number {
    const filters = ["--filter", `label=com.docker.compose.project=${name}`, "--filter", "health=healthy"];
    return run(["docker", "ps", "--quiet", ...filters])
      .split("\n")
      .filter(Boolean).length;
  }

  /** Megabytes of the image that a service runs. */
  async imageSize(service: string): Promise<number> {
    const container = (await this.do("ps", "--quiet", service)).trim();
    const image = run(["docker", "inspect", "--format", "{{.Image}}", container]).trim();
    return Number(run(["docker", "image", "inspect", "--format", "{{.Size}}", image])) / 1e6;
  }

  /** Containers, networks and volumes; images stay, so that the next run need not build them. */
  async remove(): Promise<void> {
    await this.do("down", "--volumes", "--timeout", "5");
  }
}
