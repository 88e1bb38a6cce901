import { createServer } from "node:net";
import type { Config } from "../config.ts";
import { StartError } from "../service.ts";
import { reasonOf } from "./reason-of.ts";

export interface PortUse {
  /** The environment variable to change when it cannot be had. */
  variable: string;
  port: number;
  host: string;
}

/** Every port that the services listen at. */
export function portsOf(config: Config): PortUse[] {
  const uses: PortUse[] = [
    { variable: "PORT", port: config.PORT, host: config.HOST },
    { variable: "INTERNAL_PORT", port: config.INTERNAL_PORT, host: config.INTERNAL_HOST },
    { variable: "HLS_PORT", port: config.HLS_PORT, host: config.HOST },
    { variable: "SIGNALING_PORT", port: config.SIGNALING_PORT, host: config.HOST },
    { variable: "RTMP_PORT", port: config.RTMP_PORT, host: config.HOST },
  ];
  if (config.RTMPS_PORT !== undefined)
    uses.push({ variable: "RTMPS_PORT", port: config.RTMPS_PORT, host: config.HOST });
  return uses;
}

/** Tries to listen on each port for a moment. Throws StartError on the first that is taken, forbidden or named twice. */
export async function checkPorts(uses: PortUse[]): Promise<void> {
  const owners = new Map<number, string>();
  for (const { variable, port, host } of uses) {
    const owner = owners.get(port);
    if (owner !== undefined) throw new StartError(`${owner} and ${variable} are both ${port}: change one of them.`);
    owners.set(port, variable);
    const problem = await portProblem(port, host);
    if (problem !== null) throw new StartError(`${variable}=${port} cannot be used: ${problem}`);
  }
}

/** What is said of a port that somebody has. */
export const taken = "another program listens there. Stop it or choose another port.";

/** Bun has no code for a name that leads nowhere. */
const isUnknownName = (reason: string, host: string): boolean => reason === `Failed to listen at ${host}`;

/** Why a port cannot be had, as a sentence; null when it is free. */
export function portProblem(port: number, host: string): Promise<string | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", (error) => {
      const reason = reasonOf(error);
      if (reason === "EADDRINUSE") resolve(taken);
      else if (reason === "EACCES") resolve("ports below 1024 need more rights. Choose a higher one.");
      else if (reason === "EADDRNOTAVAIL" || isUnknownName(reason, host))
        resolve(`${host} is no address of this machine.`);
      else resolve(`${reason}. Choose another port.`);
    });
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(null)));
  });
}
