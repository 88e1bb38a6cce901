import { z } from "zod";
import { isPrivateHostname } from "../../addresses.ts";
import type { Config } from "../../config.ts";
import { reachable } from "../environment.ts";
import { portProblem, portsOf, type PortUse, taken } from "../ports.ts";
import { type Finding, ok, problem, warning } from "./finding.ts";

export const services = ["api", "ingest", "signaling"] as const;
export type Service = (typeof services)[number];

/** Whose each port is. */
const portsOfService: Record<Service, readonly string[]> = {
  api: ["PORT", "INTERNAL_PORT"],
  ingest: ["HLS_PORT", "RTMP_PORT", "RTMPS_PORT"],
  signaling: ["SIGNALING_PORT"],
};

const Health = z.object({ ok: z.boolean(), reasons: z.array(z.string()).default([]) });
type Health = z.infer<typeof Health>;

const answerWithinMs = 3000;
const withHealth: ReadonlySet<string> = new Set(["PORT", "INTERNAL_PORT", "HLS_PORT", "SIGNALING_PORT"]);

/** How our services are that answer here, by the variable of their port. */
export async function findRunning(config: Config): Promise<Map<string, Health>> {
  const running = new Map<string, Health>();
  for (const { variable, port, host } of portsOf(config)) {
    const health = withHealth.has(variable) ? await healthAt(`http://${reachable(host)}:${port}`) : null;
    if (health !== null) running.set(variable, health);
  }
  return running;
}

/** Whether a service answers here. */
export const isRunning = (service: Service, running: ReadonlyMap<string, Health>): boolean =>
  portsOfService[service].some((variable) => running.has(variable));

/** Each port is free, or ours already; of one service or of all. */
export function checkPortUses(
  config: Config,
  running: ReadonlyMap<string, Health>,
  service: Service | undefined,
): Promise<Finding[]> {
  const uses = portsOf(config).filter(
    ({ variable }) => service === undefined || portsOfService[service].includes(variable),
  );
  return Promise.all(uses.map((use) => judge(use, running)));
}

async function judge({ variable, port, host }: PortUse, running: ReadonlyMap<string, Health>): Promise<Finding> {
  const about = `${variable} ${port}`;
  const health = running.get(variable);
  if (health !== undefined) {
    return health.ok
      ? ok(about, "Panggung runs here, and is well")
      : problem(about, `Panggung runs here, but: ${health.reasons.join(" ")}`);
  }
  const fault = await portProblem(port, host);
  if (fault === null)
    return ok(about, running.size === 0 ? "free" : "nothing runs here: this service is elsewhere, or does not run");
  // What speaks RTMP has no page that says whose it is.
  if (variable.startsWith("RTMP") && running.has("HLS_PORT")) return ok(about, "ingest runs here");
  const orHangs = "If it is Panggung, it does not answer: the end of its log may say why.";
  return problem(about, fault === taken && withHealth.has(variable) ? `${fault} ${orHangs}` : fault);
}

/** null: nobody answers, or not as one of our services does. */
async function healthAt(origin: string): Promise<Health | null> {
  try {
    const response = await fetch(`${origin}/healthz`, {
      signal: AbortSignal.timeout(answerWithinMs),
      redirect: "manual",
    });
    return Health.safeParse(await response.json()).data ?? null;
  } catch {
    return null;
  }
}

/** Whoever reaches the private listener needs a token still; but it is not made to be met by strangers. */
export async function checkPrivateListener({
  INTERNAL_HOST: host,
  INTERNAL_PORT: port,
  PUBLIC_URL,
}: Config): Promise<Finding[]> {
  const about = "Private listener";
  const publicHost = PUBLIC_URL === undefined ? null : new URL(PUBLIC_URL).hostname;
  if (
    publicHost !== null &&
    !isPrivateHostname(publicHost) &&
    (await healthAt(`http://${publicHost}:${port}`)) !== null
  ) {
    return [
      problem(
        about,
        `it answers at ${publicHost}:${port}: set INTERNAL_HOST=127.0.0.1, or close that port to the outside`,
      ),
    ];
  }
  if (host !== "0.0.0.0" && host !== "::") return [ok(about, `only at ${host}`)];
  return [
    warning(about, `INTERNAL_HOST=${host} is every address: see that a firewall closes port ${port} to the outside`),
  ];
}
