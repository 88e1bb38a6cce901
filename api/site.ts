import { isIP } from "node:net";
import { playlistPath, thumbnailPath } from "../ingest/contract/playback.ts";
import { isPrivateHostname } from "../addresses.ts";

/** Where this installation is reached; the slice of config.ts that addresses are made of. */
export interface SiteSettings {
  publicUrl?: string | undefined;
  publicHlsUrl?: string | undefined;
  publicRtmpUrl?: string | undefined;
  publicSignalingUrl?: string | undefined;
  hlsPort: number;
  rtmpPort: number;
  rtmpsPort?: number | undefined;
  signalingPort: number;
}

/** The installation as one request sees it. */
export interface Site {
  /** Such as `https://live.example`: what Origin must say. */
  origin: string;
  isSecure: boolean;
  /** Where media is unless a stream says otherwise. */
  hlsUrl: string;
  /** What OBS is pointed at, first the one that is the better try. */
  serverUrls: string[];
  /** Where the browser opens the WebSocket of the chat. */
  signalingUrl: string;
}

/**
 * The site for a request, or null when its host is not ours: without PUBLIC_URL only names that nobody on the internet
 * can own count, since any other may be a foreign page that points its name at this machine.
 */
export function siteOf(settings: SiteSettings, requestUrl: URL, forwardedProto: string | undefined): Site | null {
  const { publicUrl } = settings;
  if (publicUrl !== undefined && new URL(publicUrl).host !== requestUrl.host) return null;
  if (publicUrl === undefined && !isPrivateHostname(requestUrl.hostname)) return null;

  const { hostname } = requestUrl;
  const scheme =
    publicUrl === undefined
      ? forwardedProto === "https"
        ? "https"
        : "http"
      : new URL(publicUrl).protocol.slice(0, -1);
  const origin = publicUrl === undefined ? `${scheme}://${requestUrl.host}` : new URL(publicUrl).origin;
  const isSecure = scheme === "https";
  const hlsUrl = settings.publicHlsUrl ?? (isSecure ? `${origin}/hls` : `http://${hostname}:${settings.hlsPort}`);
  const signalingUrl =
    settings.publicSignalingUrl ??
    (isSecure ? `${origin.replace(/^http/, "ws")}/ws` : `ws://${hostname}:${settings.signalingPort}/ws`);
  return { origin, isSecure, hlsUrl, serverUrls: serverUrls(settings, hostname), signalingUrl };
}

function serverUrls(settings: SiteSettings, hostname: string): string[] {
  const plain = settings.publicRtmpUrl ?? `rtmp://${hostname}:${settings.rtmpPort}/live`;
  if (settings.rtmpsPort === undefined) return [plain];
  const encrypted = `rtmps://${hostname}:${settings.rtmpsPort}/live`;
  // The certificate of an address is seldom one that encoders trust: in a home network it is of an authority of one's own.
  return isIP(hostname.replace(/^\[|\]$/g, "")) === 0 ? [encrypted, plain] : [plain, encrypted];
}

/** Absolute URL of a stream's multivariant playlist; `streamHlsUrl` is what its ingest said, null for the site's own. */
export const playlistUrl = (site: Site, streamHlsUrl: string | null, streamId: string): string =>
  mediaUrl(site, streamHlsUrl) + playlistPath(streamId);

const mediaUrl = (site: Site, streamHlsUrl: string | null): string => (streamHlsUrl ?? site.hlsUrl).replace(/\/+$/, "");

/**
 * Absolute URL of a picture of what is on, which is made anew every ten seconds; null while there is none (StreamHealth's
 * `hasThumbnail`), or where a page of the site may not show it because its ingest is elsewhere.
 */
export function thumbnailUrl(
  stream: { streamId: string; hlsUrl: string | null; hasThumbnail: boolean },
  site: Site,
): string | null {
  if (!stream.hasThumbnail) return null;
  const url = mediaUrl(site, stream.hlsUrl) + thumbnailPath(stream.streamId);
  return new URL(url).origin === new URL(site.hlsUrl).origin ? url : null;
}

const captures = ["camera", "microphone", "display-capture"];

const allCaptures = [...captures, "speaker-selection"].map((feature) => `${feature}=(self)`).join(", ");
const noCaptures = captures.map((feature) => `${feature}=()`).join(", ");

/** What the page may ask people for: nothing, unless it is the page of a call. */
export const permissionsPolicy = (mayCapture: boolean): string => (mayCapture ? allCaptures : noCaptures);

/** The page's policy: nothing but our own files, the chat's WebSocket, media from where the site and the stream on the page have it. */
export function contentSecurityPolicy(site: Site | null, mediaUrl: string | null, isEmbeddable = false): string {
  const own = site?.origin;
  const origins = [site?.hlsUrl, mediaUrl].flatMap((url) => (url ? [new URL(url).origin] : []));
  const media = [...new Set(origins)]
    .filter((origin) => origin !== own)
    .map((origin) => ` ${origin}`)
    .join("");
  // Browsers disagree on whether 'self' covers WebSockets (CSP 3, section 6.7.2.8), so ours is named.
  const chat = site === null ? "" : ` ${new URL(site.signalingUrl).origin}`;
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    `img-src 'self' data:${media}`,
    "font-src 'self'",
    `connect-src 'self'${media}${chat}`,
    `media-src 'self' blob:${media}`,
    "manifest-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    `frame-ancestors ${isEmbeddable ? "*" : "'none'"}`,
  ].join("; ");
}
