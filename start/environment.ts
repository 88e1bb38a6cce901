import { type Config, secretNames } from "../config.ts";
import type { Secrets } from "./secrets.ts";

type Environment = Record<string, string | undefined>;

/** What any process may see: how to find programs, certificates, the clock's zone and whether to colour its lines. */
const common = ["PATH", "HOME", "TZ", "LANG", "LC_ALL", "TERM", "TMPDIR", "NO_COLOR", "FORCE_COLOR", "NODE_ENV"];
const certificates = ["NODE_EXTRA_CA_CERTS", "SSL_CERT_FILE", "SSL_CERT_DIR"];

type Name = keyof Config;
const forApi: Name[] = [
  "PORT",
  "HOST",
  "INTERNAL_PORT",
  "INTERNAL_HOST",
  "HLS_PORT",
  "SIGNALING_PORT",
  "RTMP_PORT",
  "RTMPS_PORT",
  "TLS_CERT",
  "TLS_KEY",
  "PUBLIC_URL",
  "PUBLIC_HLS_URL",
  "PUBLIC_RTMP_URL",
  "PUBLIC_SIGNALING_URL",
  "DATA_DIR",
  "DATABASE_URL",
  "DATABASE_AUTH_TOKEN",
  "TRUSTED_PROXIES",
  "CLIENT_IP_HEADER",
  "STREAMERS",
  "SOCKETS_PER_ADDRESS",
  // What pages say of calls; who may use the relay is for signaling alone.
  "CALL_CAPACITY",
  "STAGE_CAPACITY",
  "STUN_URLS",
  "TURN_URLS",
  "ICE_POLICY",
  "LOG_LEVEL",
];
const forIngest: Name[] = [
  "HOST",
  "HLS_PORT",
  "RTMP_PORT",
  "RTMPS_PORT",
  "TLS_CERT",
  "TLS_KEY",
  "PUBLIC_HLS_URL",
  "TRUSTED_PROXIES",
  "CLIENT_IP_HEADER",
  "MAX_STREAMS",
  "MAX_BITRATE",
  "MAX_VIEWERS",
  "FLY_MACHINE_ID",
  "FFMPEG_PATH",
  "LOG_LEVEL",
];
const forSignaling: Name[] = [
  "HOST",
  "SIGNALING_PORT",
  "PUBLIC_URL",
  "TRUSTED_PROXIES",
  "CLIENT_IP_HEADER",
  "SOCKETS_PER_ADDRESS",
  "CALL_CAPACITY",
  "STAGE_CAPACITY",
  "STUN_URLS",
  "TURN_URLS",
  "TURN_SECRET",
  "TURN_USERNAME",
  "TURN_CREDENTIAL",
  "ICE_POLICY",
  "LOG_LEVEL",
];

/** The environment of api: its own variables, the root secret, and the tokens that the others call it with. */
export function apiEnvironment(environment: Environment, secrets: Secrets): Record<string, string> {
  return { ...pick(environment, [...common, ...certificates, ...forApi]), ...secrets, PANGGUNG_PARENT_PIPE: "1" };
}

/** The environment of ingest: never the root secret, another service's token, nor where the database is. */
export function ingestEnvironment(environment: Environment, config: Config, secrets: Secrets): Record<string, string> {
  return {
    ...pick(environment, [...common, ...certificates, ...forIngest]),
    API_INTERNAL_URL: internalUrl(environment, config),
    INGEST_TOKEN: secrets.INGEST_TOKEN,
    PANGGUNG_PARENT_PIPE: "1",
  };
}

/** The environment of signaling: never the root secret, another service's token, nor where the database is. */
export function signalingEnvironment(
  environment: Environment,
  config: Config,
  secrets: Secrets,
): Record<string, string> {
  return {
    ...pick(environment, [...common, ...certificates, ...forSignaling]),
    API_INTERNAL_URL: internalUrl(environment, config),
    SIGNALING_TOKEN: secrets.SIGNALING_TOKEN,
    PANGGUNG_PARENT_PIPE: "1",
  };
}

/** Unless it was said where api is, it is the one started beside it. */
function internalUrl(environment: Environment, config: Config): string {
  if (environment["API_INTERNAL_URL"]) return config.API_INTERNAL_URL;
  return `http://${reachable(config.INTERNAL_HOST)}:${config.INTERNAL_PORT}`;
}

/** The host to connect to for a listening address: loopback for "all addresses", brackets around IPv6. */
export function reachable(host: string): string {
  if (host === "0.0.0.0") return "127.0.0.1";
  if (host === "::") return "[::1]";
  return host.includes(":") ? `[${host}]` : host;
}

function pick(environment: Environment, names: string[]): Record<string, string> {
  // A secret that the operator keeps in a file stays there: its reader opens the file itself.
  const withFiles = names.flatMap((name) => (secretNames.has(name) ? [name, `${name}_FILE`] : [name]));
  return Object.fromEntries(withFiles.flatMap((name) => (environment[name] ? [[name, environment[name]]] : [])));
}
