import { createPrivateKey, X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { isIP } from "node:net";
import { connect } from "node:tls";
import type { Config } from "../../config.ts";
import { reasonOf } from "../reason-of.ts";
import { type Finding, ok, problem, warning } from "./finding.ts";

const connectWithinMs = 5000;
const dayMs = 24 * 60 * 60 * 1000;
/** Whoever renews by itself does so a month before. */
const soonDays = 14;

/** The certificate of https: trusted, for this name, and for how long. Nothing where PUBLIC_URL is not https. */
export async function checkCertificate({ PUBLIC_URL }: Pick<Config, "PUBLIC_URL">): Promise<Finding[]> {
  if (PUBLIC_URL === undefined || !PUBLIC_URL.startsWith("https:")) return [];
  const { hostname, port } = new URL(PUBLIC_URL);
  const about = "Certificate";
  const host = hostname.replace(/^\[|\]$/g, "");
  const shown = await showCertificate(host, port === "" ? 443 : Number(port));
  // The address check says why.
  if (shown === null) return [];
  const { fault, endsAt } = shown;
  if (fault === null) return [judgeEnd(about, endsAt)];
  if (fault === "ERR_TLS_CERT_ALTNAME_INVALID")
    return [problem(about, `it is for another name than ${host}: ask for one for ${host}`)];
  if (fault === "CERT_HAS_EXPIRED") return [judgeEnd(about, endsAt)];
  const hint =
    "right if you run your own authority (a home network) and your devices trust it; else the chain is incomplete, or it is self-signed";
  return [warning(about, `this machine does not trust it (${fault}): ${hint}`)];
}

function judgeEnd(about: string, endsAt: number): Finding {
  const days = Math.floor((endsAt - Date.now()) / dayMs);
  if (days < 0) return problem(about, `ended ${-days} days ago: renew it`);
  if (days < soonDays) return warning(about, `trusted, but ends in ${days} days: see that it is renewed`);
  return ok(about, `trusted, for ${days} more days`);
}

function showCertificate(host: string, port: number): Promise<{ fault: string | null; endsAt: number } | null> {
  return new Promise((resolve) => {
    const name = isIP(host) === 0 ? { servername: host } : {};
    const socket = connect({ host, port, rejectUnauthorized: false, ...name }, () => {
      const endsAt = Date.parse(socket.getPeerCertificate().valid_to);
      resolve({ fault: socket.authorized ? null : faultOf(socket.authorizationError), endsAt });
      socket.destroy();
    });
    socket.setTimeout(connectWithinMs, () => socket.destroy());
    socket.on("error", () => resolve(null));
    socket.on("close", () => resolve(null));
  });
}

const faultOf = (error: unknown): string => (error === undefined || error === null ? "not trusted" : reasonOf(error));

/** The files of RTMPS: they can be read, belong together, and are good for a while. */
export function checkTlsFiles({ TLS_CERT, TLS_KEY }: Pick<Config, "TLS_CERT" | "TLS_KEY">): Finding[] {
  if (TLS_CERT === undefined || TLS_KEY === undefined) return [];
  const about = "TLS_CERT and TLS_KEY";
  try {
    const certificate = new X509Certificate(readFileSync(TLS_CERT));
    const key = createPrivateKey(readFileSync(TLS_KEY));
    if (!certificate.checkPrivateKey(key)) return [problem(about, "the key is not that of the certificate")];
    return [judgeEnd(about, Date.parse(certificate.validTo))];
  } catch (error) {
    return [problem(about, `cannot be read as PEM files (${reasonOf(error)})`)];
  }
}
