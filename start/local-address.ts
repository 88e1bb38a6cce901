import { existsSync } from "node:fs";
import type { networkInterfaces } from "node:os";
import { isPrivateHostname } from "../addresses.ts";

/** What Docker and Podman leave in each container. */
const containerMarks = ["/.dockerenv", "/run/.containerenv"];

export const isInContainer = (): boolean => containerMarks.some((path) => existsSync(path));

/** Networks of containers and virtual machines, which nobody else can reach. */
const isInsideOnly = (networkInterface: string): boolean => /^(docker|br-|veth|virbr)/.test(networkInterface);

/**
 * The address by which others in a private network reach this machine, where one is known: pages answer on those alone
 * until PUBLIC_URL is set. A container sees only its own, which leads nowhere.
 */
export function localAddress(
  interfaces: ReturnType<typeof networkInterfaces>,
  inContainer: boolean,
): string | undefined {
  if (inContainer) return undefined;
  return Object.entries(interfaces)
    .flatMap(([name, addresses]) => (isInsideOnly(name) ? [] : (addresses ?? [])))
    .find(({ family, internal, address }) => family === "IPv4" && !internal && isPrivateHostname(address))?.address;
}
