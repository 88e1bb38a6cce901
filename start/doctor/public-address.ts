import { z } from "zod";
import { isPrivateHostname } from "../../addresses.ts";
import type { Config } from "../../config.ts";
import { reachable } from "../environment.ts";
import { reasonOf } from "../reason-of.ts";
import { type Finding, ok, problem, warning } from "./finding.ts";

/** Whether what people type leads here, with all that pages need: the media, the WebSocket, events that are not held back. */

const answerWithinMs = 8000;
/** api says something at once on every stream of events; more is a proxy that gathers before it passes on. */
const eventWithinMs = 3000;
const clockToleranceMs = 5000;

/** Certificates have a check of their own: one that this machine does not trust must not hide the rest. */
const tls = { rejectUnauthorized: false };
const Instance = z.object({ instance: z.string() });

export async function checkPublicAddress(config: Config, running: ReadonlyMap<string, unknown>): Promise<Finding[]> {
  const { PUBLIC_URL: publicUrl } = config;
  const about = "PUBLIC_URL";
  if (publicUrl === undefined) {
    const text =
      "not set: this machine and its private network alone can open the pages. Set it to the address that people type";
    return [ok(about, text)];
  }
  if (!running.has("PORT"))
    return [warning(about, `${publicUrl} is not looked at: api does not run here. Start it, and ask again`)];
  const { instance: own } = await instanceAt(`http://${reachable(config.HOST)}:${config.PORT}`);
  const there = await instanceAt(publicUrl);
  if (there.instance === null) return [problem(about, `${publicUrl} ${there.why}`)];
  if (there.instance !== own)
    return [problem(about, `${publicUrl} leads to another Panggung than the one that runs here`)];
  const secure = publicUrl.startsWith("https:") || isPrivateHostname(new URL(publicUrl).hostname);
  return [
    secure
      ? ok(about, `${publicUrl} leads here`)
      : warning(
          about,
          `${publicUrl} leads here, without https: browsers allow no cameras, and passwords travel in the open`,
        ),
    checkSkew(there.date),
    await checkEvents(publicUrl),
    await checkMedia(config, publicUrl),
    await checkWebSocket(config, publicUrl),
  ];
}

interface InstanceAnswer {
  instance: string | null;
  /** What is wrong where there is none, to be said after the address. */
  why: string;
  /** The other's clock, Unix ms. */
  date: number;
}

async function instanceAt(origin: string): Promise<InstanceAnswer> {
  const none = { instance: null, date: Number.NaN };
  try {
    const response = await fetch(`${origin}/.well-known/panggung`, {
      signal: AbortSignal.timeout(answerWithinMs),
      redirect: "manual",
      tls,
    });
    const date = Date.parse(response.headers.get("Date") ?? "");
    const location = response.headers.get("Location");
    if (location !== null) return { ...none, why: `redirects to ${location}: set PUBLIC_URL to that` };
    if (response.status >= 502)
      return { ...none, why: `answers ${response.status}: its proxy does not reach api at PORT` };
    const { data } = Instance.safeParse(await response.json().catch(() => null));
    if (data === undefined)
      return { ...none, why: `answers ${response.status}, but is no Panggung: what is in front of it?` };
    return { instance: data.instance, why: "", date };
  } catch (error) {
    return { ...none, why: unreached(error) };
  }
}

function unreached(error: unknown): string {
  const reason = reasonOf(error);
  if (error instanceof Error && error.name === "TimeoutError") {
    return "does not answer: is the port open in every firewall? (Some routers do not let a network see itself from outside: try from elsewhere.)";
  }
  if (/ENOTFOUND|DNS|FailedToOpenSocket/i.test(reason))
    return "cannot be found: is its DNS entry there, and does it lead to this machine?";
  if (/ECONNREFUSED|ConnectionRefused/i.test(reason)) return "refuses connections: nothing listens at its port";
  return `cannot be reached (${reason})`;
}

function checkSkew(date: number): Finding {
  const about = "Clock of PUBLIC_URL";
  if (Number.isNaN(date)) return ok(about, "not told");
  const skewMs = Math.abs(date - Date.now());
  if (skewMs <= clockToleranceMs) return ok(about, "agrees with this machine's");
  return problem(about, `is ${Math.round(skewMs / 1000)} s off this machine's: see that both are kept right by NTP`);
}

async function checkEvents(publicUrl: string): Promise<Finding> {
  const about = "Events";
  const gone = new AbortController();
  const timer = setTimeout(() => gone.abort(), eventWithinMs);
  try {
    const response = await fetch(`${publicUrl}/events`, {
      signal: gone.signal,
      headers: { Accept: "text/event-stream" },
      tls,
    });
    const first = await response.body?.getReader().read();
    if (!response.ok || first?.value === undefined) return problem(about, `/events answers ${response.status}`);
    return ok(about, "reach pages at once");
  } catch (error) {
    const heldBack =
      "/events holds back what it is sent: turn buffering of responses off in the proxy (nginx: proxy_buffering off)";
    return problem(about, gone.signal.aborted ? heldBack : `${publicUrl}/events ${unreached(error)}`);
  } finally {
    clearTimeout(timer);
    gone.abort();
  }
}

/** ingest answers for a stream that never was in its own way. */
async function checkMedia(config: Config, publicUrl: string): Promise<Finding> {
  const about = "Media";
  const page = new URL(publicUrl);
  const base =
    config.PUBLIC_HLS_URL ??
    (page.protocol === "https:" ? `${publicUrl}/hls` : `http://${page.hostname}:${config.HLS_PORT}`);
  const fix =
    config.PUBLIC_HLS_URL === undefined
      ? "the proxy must lead /hls/ to HLS_PORT, with that prefix taken off"
      : "look at PUBLIC_HLS_URL";
  try {
    const response = await fetch(`${base}/live/doctor/index.m3u8`, {
      signal: AbortSignal.timeout(answerWithinMs),
      tls,
    });
    const text = await response.text();
    if (!/This stream has ended or never was|Not there yet/.test(text)) {
      return problem(about, `${base} answers ${response.status}, but is not ingest: ${fix}`);
    }
    if (response.headers.get("Access-Control-Allow-Origin") !== "*") {
      return problem(
        about,
        `${base} leads to ingest, but loses its headers for other origins: pass them on as they are`,
      );
    }
    return ok(about, `${base} leads to ingest`);
  } catch (error) {
    return problem(about, `${base} ${unreached(error)}`);
  }
}

async function checkWebSocket(config: Config, publicUrl: string): Promise<Finding> {
  const about = "Chat and calls";
  const page = new URL(publicUrl);
  const url =
    config.PUBLIC_SIGNALING_URL ??
    (page.protocol === "https:" ? `wss://${page.host}/ws` : `ws://${page.hostname}:${config.SIGNALING_PORT}/ws`);
  if (await opens(url, publicUrl)) return ok(about, `${url} opens`);
  const plain = await fetch(url.replace(/^ws/, "http"), {
    signal: AbortSignal.timeout(answerWithinMs),
    headers: { Origin: publicUrl },
    tls,
  }).catch((error: unknown) => unreached(error));
  if (typeof plain === "string") return problem(about, `${url} ${plain}`);
  await plain.body?.cancel();
  if (plain.status === 426) return problem(about, `${url} leads to signaling, but the proxy lets no WebSocket through`);
  if (plain.status === 403) return problem(about, `${url} leads to a signaling that has another PUBLIC_URL`);
  const fix =
    config.PUBLIC_SIGNALING_URL === undefined
      ? "the proxy must lead /ws to SIGNALING_PORT"
      : "look at PUBLIC_SIGNALING_URL";
  return problem(about, `${url} answers ${plain.status}, and no WebSocket opens: ${fix}`);
}

/** It is closed again before anything is said. */
function opens(url: string, origin: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = new WebSocket(url, { headers: { Origin: origin }, tls });
    const settle = (isOpen: boolean): void => {
      clearTimeout(timer);
      resolve(isOpen);
      socket.close();
    };
    const timer = setTimeout(() => settle(false), answerWithinMs);
    socket.addEventListener("open", () => settle(true));
    socket.addEventListener("error", () => settle(false));
  });
}
