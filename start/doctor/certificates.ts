import { createPrivateKey, X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { isIP } from "node:net";
import { connect } from "node:tls";
import type { Config } from "../../config.ts";
import { reachable } from "../environment.ts";
import { reasonOf } from "../reason-of.ts";
import { type Finding, ok, problem, warning } from "./finding.ts";

const connectWithinMs = 5000;
const hourMs = 60 * 60 * 1000;
const dayMs = 24 * hourMs;

/** The certificate of https: trusted, for this name, and for how long. Nothing where PUBLIC_URL is not https. */
export async function checkCertificate({ PUBLIC_URL }: Pick<Config, "PUBLIC_URL">): Promise<Finding[]> {
  if (PUBLIC_URL === undefined || !PUBLIC_URL.startsWith("https:")) return [];
  const { hostname, port } = new URL(PUBLIC_URL);
  const about = "Certificate";
  const host = hostname.replace(/^\[|\]$/g, "");
  const shown = await showCertificate(host, port === "" ? 443 : Number(port));
  // The address check says why.
  if (shown === null) return [];
  const { fault, beganAt, endsAt } = shown;
  return [fault === null ? judgeSpan(about, beganAt, endsAt) : judgeFault(about, fault)];
}

/** A certificate of https or `turns:` that this machine does not trust. `fault` is what the TLS library calls it. */
export function judgeFault(about: string, fault: string): Finding {
  if (/HAS_EXPIRED/i.test(fault)) return problem(about, "the certificate has ended: renew it");
  if (/ALTNAME/i.test(fault)) return problem(about, "the certificate is for another name: ask for one for this name");
  return warning(
    about,
    `this machine does not trust the certificate (${fault}). In a home network with an authority of its own that is how it is, and each device must trust that; else its chain is incomplete`,
  );
}

/** Whoever renews by itself does so when a third of the time is left, or earlier. */
function judgeSpan(about: string, beganAt: number, endsAt: number): Finding {
  const leftMs = endsAt - Date.now();
  const left = leftMs >= 2 * dayMs ? `${Math.floor(leftMs / dayMs)} days` : `${Math.floor(leftMs / hourMs)} hours`;
  if (leftMs < 0) return problem(about, "the certificate has ended: renew it");
  if (leftMs < (endsAt - beganAt) / 5) return warning(about, `trusted, but ends in ${left}: see that it is renewed`);
  return ok(about, `good for ${left} more`);
}

interface Shown {
  /** Why it is not trusted; null: it is. */
  fault: string | null;
  /** Unix ms. */
  beganAt: number;
  endsAt: number;
  /** SHA-256, as X509Certificate writes it. */
  fingerprint: string;
}

function showCertificate(host: string, port: number): Promise<Shown | null> {
  return new Promise((resolve) => {
    const name = isIP(host) === 0 ? { servername: host } : {};
    const socket = connect({ host, port, rejectUnauthorized: false, ...name }, () => {
      const { valid_from: from, valid_to: to, fingerprint256: fingerprint } = socket.getPeerCertificate();
      const fault = socket.authorized ? null : faultOf(socket.authorizationError);
      resolve({ fault, beganAt: Date.parse(from), endsAt: Date.parse(to), fingerprint });
      socket.destroy();
    });
    socket.setTimeout(connectWithinMs, () => socket.destroy());
    socket.on("error", () => resolve(null));
    socket.on("close", () => resolve(null));
  });
}

const faultOf = (error: unknown): string =>
  error === undefined || error === null ? "no reason given" : reasonOf(error);

/**
 * RTMPS: its files can be read, belong together and are good for a while; and where ingest runs here, what its port shows
 * is what they hold.
 */
export async function checkRtmps(
  { TLS_CERT, TLS_KEY, RTMPS_PORT, HOST }: Pick<Config, "TLS_CERT" | "TLS_KEY" | "RTMPS_PORT" | "HOST">,
  isIngestHere: boolean,
): Promise<Finding[]> {
  if (TLS_CERT === undefined || TLS_KEY === undefined) return [];
  const files = checkTlsFiles(TLS_CERT, TLS_KEY);
  if (RTMPS_PORT === undefined || !isIngestHere) return [files];
  const shown = await showCertificate(reachable(HOST).replace(/^\[|\]$/g, ""), RTMPS_PORT);
  return [files, judgeShown(RTMPS_PORT, shown, TLS_CERT)];
}

function checkTlsFiles(certPath: string, keyPath: string): Finding {
  const about = "TLS_CERT and TLS_KEY";
  try {
    const certificate = new X509Certificate(readFileSync(certPath));
    const key = createPrivateKey(readFileSync(keyPath));
    if (!certificate.checkPrivateKey(key)) return problem(about, "the key is not that of the certificate");
    return judgeSpan(about, Date.parse(certificate.validFrom), Date.parse(certificate.validTo));
  } catch (error) {
    return problem(about, `cannot be read as PEM files (${reasonOf(error)})`);
  }
}

function judgeShown(port: number, shown: Shown | null, certPath: string): Finding {
  const about = "RTMPS";
  if (shown === null) return problem(about, `port ${port} shows no certificate: the end of ingest's log says why`);
  if (shown.fingerprint === fingerprintIn(certPath)) return ok(about, `port ${port} shows the certificate in TLS_CERT`);
  const ends = new Date(shown.endsAt).toISOString().slice(0, 10);
  const other = `port ${port} shows another certificate than TLS_CERT holds, good until ${ends}`;
  return problem(about, `${other}. ingest takes up a new one within seconds: if not, the end of its log says why`);
}

/** null: there is none. */
function fingerprintIn(path: string): string | null {
  try {
    return new X509Certificate(readFileSync(path)).fingerprint256;
  } catch {
    return null;
  }
}
