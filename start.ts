import { networkInterfaces } from "node:os";
import { join } from "node:path";
import { checkRelay, type Config, ConfigError, describeConfig, readConfig } from "./config.ts";
import { apiEnvironment, ingestEnvironment, reachable, signalingEnvironment } from "./start/environment.ts";
import { holdDataDir } from "./start/data-dir-hold.ts";
import { isInContainer, localAddress } from "./start/local-address.ts";
import { checkPorts, portsOf } from "./start/ports.ts";
import { prepareDataDir, readSecrets } from "./start/secrets.ts";
import { reasonOf } from "./start/reason-of.ts";
import { StartError } from "./service.ts";
import { type Service, type Supervised, supervise } from "./start/supervisor.ts";

/**
 * One machine, one command: starts the services as processes of their own, waits until they are healthy, says where to
 * go, and keeps them running until SIGINT or SIGTERM. Exit code 0 after a requested stop, 1 when the start failed.
 */

/** Of `setup-link` where there are accounts already (api/admin.ts). */
const hasAccountsCode = 3;

const usage = `Usage: npm start [-- --help]

Starts Panggung on this machine and stays until Ctrl-C. Settings are environment variables (a .env file is read).
A secret may be given as a file too: SECRET_FILE, TURN_SECRET_FILE and so on are paths.

${describeConfig()}`;

/** Bun would hand a .env file to every process, and with it SECRET to all: only start.ts reads it. */
const serviceCommand = (...path: string[]): string[] => [
  process.execPath,
  "--no-env-file",
  join(import.meta.dir, ...path),
];

/** The one-time link that creates the administrator; null once there are users. */
async function makeSetupLink(environment: Record<string, string>): Promise<string | null> {
  const admin = Bun.spawn([...serviceCommand("api", "admin.ts"), "setup-link"], {
    env: environment,
    stdout: "pipe",
    stderr: "pipe",
  });
  const [link, complaint] = await Promise.all([admin.stdout.text(), admin.stderr.text()]);
  const code = await admin.exited;
  if (code === 0) return link.trim();
  if (code !== hasAccountsCode) console.error(complaint.trim());
  return null;
}

function describeAddresses(config: Config, setupLink: string | null): string {
  const isOnAllAddresses = config.HOST === "0.0.0.0" || config.HOST === "::";
  const host = isOnAllAddresses ? "localhost" : reachable(config.HOST);
  const pages = config.PUBLIC_URL ?? `http://${host}:${config.PORT}`;
  const rows = [
    ["Pages", pages],
    ["Server for OBS", config.PUBLIC_RTMP_URL ?? `rtmp://${host}:${config.RTMP_PORT}/live`],
  ];
  const isForNetwork = config.PUBLIC_URL === undefined && isOnAllAddresses;
  const neighbour = isForNetwork ? localAddress(networkInterfaces(), isInContainer()) : undefined;
  if (neighbour !== undefined) {
    rows.push([
      "In this network",
      `http://${neighbour}:${config.PORT} and rtmp://${neighbour}:${config.RTMP_PORT}/live`,
    ]);
  }
  if (setupLink !== null) rows.push(["First administrator", `${setupLink} (once, within an hour)`]);
  const lines = rows.map(([name = "", value = ""]) => `  ${name.padEnd(20)} ${value}`);
  return ["Panggung is ready.", ...lines, "Ctrl-C stops it."].join("\n");
}

/** Resolves at the first request to stop. Further ones change nothing: the stop is already under way. */
function untilAskedToStop(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => resolve());
    // Whoever starts this holds its standard input, as this holds that of the services: the end of one ends all.
    if (process.env["PANGGUNG_PARENT_PIPE"] === "1") process.stdin.on("end", () => resolve()).resume();
  });
}

async function start(environment: Record<string, string | undefined>): Promise<void> {
  const askedToStop = untilAskedToStop();
  // What the services write, the database above all, is for their owner alone.
  process.umask(0o077);
  const config = readConfig(environment);
  checkRelay(config);
  await checkPorts(portsOf(config));
  prepareDataDir(config.DATA_DIR);
  const releaseDataDir = holdDataDir(config.DATA_DIR);
  const secrets = readSecrets(config.DATA_DIR, config);
  const forApi = apiEnvironment(environment, secrets);
  const host = reachable(config.HOST);

  const services: Supervised[] = [];
  let isStopping = false;
  const launch = async (service: Service): Promise<void> => {
    if (isStopping) return;
    const supervised = supervise(service, (line) => console.error(line));
    services.push(supervised);
    await supervised.ready;
  };
  const launchAll = async (): Promise<void> => {
    await launch({
      name: "api",
      command: serviceCommand("api", "main.ts"),
      environment: forApi,
      healthUrl: `http://${host}:${config.PORT}/healthz`,
    });
    await Promise.all([
      launch({
        name: "ingest",
        command: serviceCommand("ingest", "main.ts"),
        environment: ingestEnvironment(environment, config, secrets),
        healthUrl: `http://${host}:${config.HLS_PORT}/healthz`,
      }),
      launch({
        name: "signaling",
        command: serviceCommand("signaling", "main.ts"),
        environment: signalingEnvironment(environment, config, secrets),
        healthUrl: `http://${host}:${config.SIGNALING_PORT}/healthz`,
      }),
    ]);
    if (!isStopping) console.log(describeAddresses(config, await makeSetupLink(forApi)));
  };
  try {
    await Promise.race([launchAll().then(() => askedToStop), askedToStop]);
  } catch (error) {
    throw new StartError(reasonOf(error));
  } finally {
    isStopping = true;
    await Promise.all(services.map((service) => service.stop()));
    releaseDataDir();
  }
}

const [argument] = process.argv.slice(2);
if (argument === "--help" || argument === "-h") {
  console.log(usage);
} else if (argument !== undefined) {
  console.error(`${argument} is not known. npm start -- --help says what is.`);
  process.exit(2);
} else {
  try {
    await start(process.env);
  } catch (error) {
    if (!(error instanceof StartError) && !(error instanceof ConfigError)) throw error;
    console.error(error.message);
    process.exit(1);
  }
  process.exit(0);
}
