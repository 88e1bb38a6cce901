import { expect, test } from "bun:test";
import { contentSecurityPolicy, playlistUrl, type SiteSettings, siteOf, thumbnailUrl } from "./site.ts";

const ports = { hlsPort: 8080, rtmpPort: 1935, signalingPort: 8081 };
const at = (settings: Partial<SiteSettings>, url: string, forwardedProto?: string) =>
  siteOf({ ...ports, ...settings }, new URL(url), forwardedProto);

test("without PUBLIC_URL everything is on the request's host", () => {
  expect(at({}, "http://192.168.1.20:3000/studio")).toEqual({
    origin: "http://192.168.1.20:3000",
    isSecure: false,
    hlsUrl: "http://192.168.1.20:8080",
    serverUrls: ["rtmp://192.168.1.20:1935/live"],
    signalingUrl: "ws://192.168.1.20:8081/ws",
  });
  expect(at({}, "http://[::1]:3000/")).toMatchObject({
    hlsUrl: "http://[::1]:8080",
    serverUrls: ["rtmp://[::1]:1935/live"],
    signalingUrl: "ws://[::1]:8081/ws",
  });
});

test("behind a proxy that ends TLS media is below /hls, and cookies are Secure", () => {
  expect(at({}, "http://stage.local/", "https")).toMatchObject({
    origin: "https://stage.local",
    isSecure: true,
    hlsUrl: "https://stage.local/hls",
    signalingUrl: "wss://stage.local/ws",
  });
  expect(at({}, "http://stage.local/", "gopher")).toMatchObject({ origin: "http://stage.local", isSecure: false });
});

test("PUBLIC_URL decides host and scheme, whatever a proxy says", () => {
  const settings = { publicUrl: "https://live.example" };
  expect(at(settings, "http://live.example/", "http")).toEqual({
    origin: "https://live.example",
    isSecure: true,
    hlsUrl: "https://live.example/hls",
    serverUrls: ["rtmp://live.example:1935/live"],
    signalingUrl: "wss://live.example/ws",
  });
  expect(at(settings, "http://localhost:3000/")).toBeNull();
  expect(at({ publicUrl: "http://live.example:3000" }, "http://live.example:3000/", "https")).toMatchObject({
    origin: "http://live.example:3000",
    isSecure: false,
    hlsUrl: "http://live.example:8080",
  });
});

test("the other public addresses win over what is derived", () => {
  const settings = {
    publicHlsUrl: "https://cdn.example",
    publicRtmpUrl: "rtmp://in.example/live",
    rtmpsPort: 1936,
    publicSignalingUrl: "wss://chat.example/socket",
  };
  expect(at(settings, "http://localhost:3000/")).toMatchObject({
    hlsUrl: "https://cdn.example",
    serverUrls: ["rtmps://localhost:1936/live", "rtmp://in.example/live"],
    signalingUrl: "wss://chat.example/socket",
  });
});

test("RTMPS is shown first, and after plain RTMP where an address is all that a certificate can be for", () => {
  const servers = (url: string) => at({ rtmpsPort: 1936 }, url)?.serverUrls;
  expect(servers("http://stage.local/")).toEqual(["rtmps://stage.local:1936/live", "rtmp://stage.local:1935/live"]);
  expect(servers("http://192.168.1.10/")).toEqual(["rtmp://192.168.1.10:1935/live", "rtmps://192.168.1.10:1936/live"]);
  expect(servers("http://[::1]/")).toEqual(["rtmp://[::1]:1935/live", "rtmps://[::1]:1936/live"]);
});

test("a playlist is at the stream's own ingest, else at the site's", () => {
  const site = at({}, "http://localhost:3000/");
  if (site === null) throw new Error("No site");
  expect(playlistUrl(site, null, "abc")).toBe("http://localhost:8080/live/abc/index.m3u8");
  expect(playlistUrl(site, "https://edge.example/a/", "abc")).toBe("https://edge.example/a/live/abc/index.m3u8");
});

test("a thumbnail is where the site has its media, while there is one", () => {
  const site = at({}, "http://localhost:3000/");
  if (site === null) throw new Error("No site");
  const stream = { streamId: "abc", hlsUrl: null, hasThumbnail: true };
  expect(thumbnailUrl(stream, site)).toBe("http://localhost:8080/live/abc/thumbnail.jpg");
  expect(thumbnailUrl({ ...stream, hasThumbnail: false }, site)).toBeNull();
  expect(thumbnailUrl({ ...stream, hlsUrl: "https://edge.example/a" }, site)).toBeNull();
  expect(contentSecurityPolicy(site, null)).toContain("img-src 'self' data: http://localhost:8080;");
});

test("the policy names each media origin once, our own never, and the chat's", () => {
  const media = (settings: Partial<SiteSettings>, url: string, mediaUrl: string | null) =>
    /connect-src ([^;]*);/.exec(contentSecurityPolicy(at(settings, url), mediaUrl))?.[1];
  expect(media({ publicUrl: "https://live.example" }, "http://live.example/", null)).toBe("'self' wss://live.example");
  expect(media({}, "http://localhost:3000/", "http://localhost:8080/live/a/index.m3u8")).toBe(
    "'self' http://localhost:8080 ws://localhost:8081",
  );
  expect(contentSecurityPolicy(null, null)).toContain("connect-src 'self';");
});
