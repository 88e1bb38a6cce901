import pino, { type Logger } from "pino";
import { checkRelay, ConfigError, type Config, readConfig } from "./config.ts";
import { requestLogFields } from "./request-id.ts";

/** What every service's `main.ts` has in common: configuration, log, one line when the start fails, one orderly stop. */

export interface RunningService {
  /** Resolves when everything is closed. Called once. */
  stop(): Promise<void>;
}

/** Longer than any stop should take; then the process ends anyway. */
const stopMaxMs = 10_000;

/** Runs a service until SIGTERM, SIGINT, or the end of the parent that holds its standard input. */
export async function runService(
  name: string,
  start: (config: Config, log: Logger) => Promise<RunningService> | RunningService,
): Promise<void> {
  let service: RunningService;
  let log: Logger;
  try {
    const config = readConfig(process.env);
    // The others are not told the relay's secrets.
    if (name === "signaling") checkRelay(config);
    log = createLogger(name, config.LOG_LEVEL);
    process.on("unhandledRejection", (error) => log.error({ err: error }, "unhandled rejection"));
    process.on("uncaughtException", (error) => log.error({ err: error }, "uncaught exception"));
    service = await start(config, log);
  } catch (error) {
    console.error(`${name}: ${explain(error)}`);
    process.exit(1);
  }
  let isStopping = false;
  const stop = async (why: string): Promise<void> => {
    if (isStopping) return;
    isStopping = true;
    log.info({ why }, "stopping");
    setTimeout(() => process.exit(1), stopMaxMs).unref();
    await service.stop();
    process.exit(0);
  };
  process.on("SIGTERM", () => void stop("SIGTERM"));
  process.on("SIGINT", () => void stop("SIGINT"));
  if (process.env["PANGGUNG_PARENT_PIPE"] === "1") {
    process.stdin.on("end", () => void stop("the parent ended")).on("error", () => void stop("the parent ended"));
    process.stdin.resume();
  }
}

/** JSON lines, or text for people where the output is a terminal. */
function createLogger(name: string, level: string): Logger {
  const options = { name, level, base: { service: name }, mixin: requestLogFields };
  if (!process.stdout.isTTY) return pino(options);
  // The name stands before the message already; one event is one line.
  return pino({ ...options, transport: { target: "pino-pretty", options: { ignore: "service", singleLine: true } } });
}

function explain(error: unknown): string {
  if (error instanceof ConfigError || error instanceof StartError) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

/** Takes a port, or throws a StartError that names the variable to change. */
export function listenOn<Listener>(variable: string, hostname: string, port: number, listen: () => Listener): Listener {
  try {
    return listen();
  } catch (error) {
    const isTaken = error instanceof Error && "code" in error && error.code === "EADDRINUSE";
    const reason = isTaken ? "another program listens there already" : String(error);
    throw new StartError(`${variable}=${port} on ${hostname}: ${reason}.`, { cause: error });
  }
}

type HttpOptions = Pick<Bun.Serve.Options<undefined>, "idleTimeout" | "maxRequestBodySize"> & {
  hostname: string;
  port: number;
  fetch: (request: Request, server: Bun.Server<undefined>) => Response | Promise<Response>;
};

/** Serves HTTP on a port, or throws as `listenOn`. A defect is in the log, and of it the client learns nothing. */
export function serveHttp(variable: string, log: Logger, { fetch, ...options }: HttpOptions): Bun.Server<undefined> {
  return listenOn(variable, options.hostname, options.port, () =>
    Bun.serve({
      ...options,
      // Bun's own page for errors shows source code.
      development: false,
      // Bun makes the URL of whatever stands in Host: without one, or with `a b`, it is none.
      fetch: (request, server) =>
        URL.canParse(request.url) ? fetch(request, server) : plain(400, "This request has no usable Host."),
      error(error) {
        log.error({ err: error }, "request failed");
        return plain(500, "Something went wrong here.");
      },
    }),
  );
}

const plain = (status: number, message: string): Response =>
  new Response(`${message}\n`, { status, headers: { "Cache-Control": "no-store" } });

/** The service cannot start; the message says in one line why and what to change. */
export class StartError extends Error {
  override name = "StartError";
}
