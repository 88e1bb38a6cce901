import { createHmac } from "node:crypto";
import { lookup } from "node:dns/promises";
import { isPrivateHostname } from "../../addresses.ts";
import type { Config } from "../../config.ts";
import { reasonOf } from "../reason-of.ts";
import { judgeFault } from "./certificates.ts";
import { type Finding, ok, problem, warning } from "./finding.ts";
import { type IceServer, openStun, readIceUrl, type StunConnection } from "./stun-connection.ts";
import {
  allocateRequest,
  bindingRequest,
  type LongTermCredential,
  messageType,
  releaseRequest,
} from "./stun-message.ts";

type RelayConfig = Pick<
  Config,
  "STUN_URLS" | "TURN_URLS" | "TURN_SECRET" | "TURN_USERNAME" | "TURN_CREDENTIAL" | "PUBLIC_URL"
>;

const credentialForSec = 3600;

/** Whether calls find their way: each STUN server is asked where it sees us, each relay for an address, which is given back. */
export async function checkRelays(config: RelayConfig): Promise<Finding[]> {
  if (config.STUN_URLS.length + config.TURN_URLS.length === 0) {
    const text =
      "not set: calls work within one network. STUN_URLS and TURN_URLS bring people together across networks";
    return [config.PUBLIC_URL === undefined ? ok("Calls", text) : warning("Calls", text)];
  }
  const findings: Finding[] = [];
  for (const url of config.STUN_URLS) findings.push(await ask(url, askStun));
  for (const url of config.TURN_URLS)
    findings.push(await ask(url, (connection, server) => askTurn(connection, server, config)));
  return findings;
}

type Outcome = { status: Finding["status"]; text: string };

async function ask(
  url: string,
  question: (connection: StunConnection, server: IceServer) => Promise<Outcome>,
): Promise<Finding> {
  const server = readIceUrl(url);
  if (server === null) return warning(url, "TLS over UDP is not checked here");
  let connection: StunConnection | undefined;
  try {
    connection = await openStun(server);
    const { status, text } = await question(connection, server);
    const { certificateFault } = connection;
    if (certificateFault === null || status === "problem") return { status, about: url, text };
    const judged = judgeFault(url, certificateFault);
    return { ...judged, text: `${text}; ${judged.text}` };
  } catch (error) {
    return problem(url, unanswered(reasonOf(error), server));
  } finally {
    connection?.close();
  }
}

function unanswered(reason: string, { host, port, transport }: IceServer): string {
  const door = `${transport === "udp" ? "UDP" : "TCP"} port ${port}`;
  if (/ENOTFOUND|EAI_AGAIN|ENODATA/.test(reason)) return `${host} has no address: is its DNS entry there?`;
  if (reason === "ECONNREFUSED") return `nothing listens at ${door} of ${host}: is coturn running?`;
  if (reason === "no answer")
    return `no answer from ${door} of ${host}: is coturn running, and the port open in every firewall?`;
  return `${door} of ${host}: ${reason}`;
}

async function askStun(connection: StunConnection): Promise<Outcome> {
  const { type, mappedAddress } = await connection.ask(bindingRequest());
  return type === messageType.bindingSuccess && mappedAddress !== null
    ? { status: "ok", text: `answers; it sees this machine as ${mappedAddress}` }
    : { status: "problem", text: "answers something else than a STUN server" };
}

async function askTurn(connection: StunConnection, server: IceServer, config: RelayConfig): Promise<Outcome> {
  const challenge = await connection.ask(allocateRequest(null));
  if (challenge.type === messageType.allocateSuccess) {
    return { status: "problem", text: "relays for everybody, without a password: start coturn with --use-auth-secret" };
  }
  const { realm, nonce } = challenge;
  if (challenge.error?.code !== 401 || realm === null || nonce === null) {
    return { status: "problem", text: `does not relay: ${describe(challenge.error)}` };
  }
  const login = loginOf(config);
  if (login === null) {
    return {
      status: "ok",
      text: "answers. Only who knows TURN_SECRET can ask it for an address: signaling, where services run apart",
    };
  }
  const credential = { ...login, realm, nonce };
  const answer = await connection.ask(allocateRequest(credential));
  if (answer.type !== messageType.allocateSuccess) return { status: "problem", text: refusal(answer.error, config) };
  await release(connection, credential);
  return judgeRelayed(answer.relayedAddress, server);
}

/** As signaling makes them for callers (docs/ARCHITECTURE.md, Trust). */
function loginOf({
  TURN_SECRET,
  TURN_USERNAME,
  TURN_CREDENTIAL,
}: RelayConfig): Pick<LongTermCredential, "username" | "password"> | null {
  if (TURN_SECRET !== undefined) {
    const username = `${Math.floor(Date.now() / 1000) + credentialForSec}:doctor`;
    return { username, password: createHmac("sha1", TURN_SECRET).update(username).digest("base64") };
  }
  if (TURN_USERNAME === undefined || TURN_CREDENTIAL === undefined) return null;
  return { username: TURN_USERNAME, password: TURN_CREDENTIAL };
}

const refusals: Partial<Record<number, string>> = {
  403: "forbids us to relay: look at its allowed and denied addresses",
  486: "has as many relayed connections as it may: raise its user-quota or total-quota",
  508: "has no port left to relay with: widen its range of ports (min-port, max-port)",
};

/** What a refusal of good-looking credentials means: RFC 8656, 19. */
function refusal(error: { code: number; reason: string } | null, { TURN_SECRET }: RelayConfig): string {
  if (error?.code === 401) {
    return TURN_SECRET === undefined
      ? "refuses the password: are TURN_USERNAME and TURN_CREDENTIAL those of the relay?"
      : "refuses our credentials: is TURN_SECRET the relay's static-auth-secret, and do both clocks agree?";
  }
  return (error && refusals[error.code]) ?? `does not relay: ${describe(error)}`;
}

const describe = (error: { code: number; reason: string } | null): string =>
  error === null ? "its answer is not understood" : `${error.code} ${error.reason}`;

/** It would go by itself after ten minutes. */
async function release(connection: StunConnection, credential: LongTermCredential): Promise<void> {
  await connection.ask(releaseRequest(credential)).catch(() => undefined);
}

/** A relay behind a translating router must be told its public address, or it offers one that nobody can reach. */
async function judgeRelayed(relayedAddress: string | null, { host }: IceServer): Promise<Outcome> {
  if (relayedAddress === null) return { status: "problem", text: "gave no address to relay with" };
  const { address } = await lookup(host);
  if (isPrivateHostname(relayedAddress) && !isPrivateHostname(address)) {
    return {
      status: "problem",
      text: `relays at ${relayedAddress}, which nobody outside can reach: set coturn's external-ip to ${address}`,
    };
  }
  return { status: "ok", text: `relays, at ${relayedAddress}` };
}
