import { expect, test } from "bun:test";
import { html } from "hono/html";
import type { JSX } from "hono/jsx/jsx-runtime";
import { StudioStatus } from "./studio-status.tsx";
import { WatchPage } from "./watch.tsx";

const health = {
  state: "live",
  hlsUrl: null,
  encoder: "OBS",
  remoteAddress: null,
  video: null,
  audio: { codec: "mp4a.40.2", sampleRate: 48_000, channels: 2, bitrate: 160_000 },
} as const;

const textOf = async (view: JSX.Element): Promise<string> => (await html`${view}`).toString();

test("the studio does not say that viewers see somebody who only sends sound", async () => {
  const status = { startedAt: 0, warnings: [], lastRefusal: null };
  expect(await textOf(StudioStatus({ ...status, state: "live", health }))).toContain(
    "Viewers hear you, and see no picture.",
  );
  expect(await textOf(StudioStatus({ ...status, state: "live", health: null }))).toContain("Viewers see you.");
});

test("a figure that is not known yet is not called zero", async () => {
  const silent = { ...health, audio: { ...health.audio, bitrate: 0 } };
  const text = await textOf(
    StudioStatus({ state: "live", startedAt: 0, warnings: [], lastRefusal: null, health: silent }),
  );
  expect(text).toContain("Measuring…");
  expect(text).not.toContain("0 kbit/s");
});

test.each(["live", "interrupted"] as const)("below the picture, %s is said as on the home page", async (status) => {
  const assets = {
    css: "",
    icon: "",
    social: "",
    htmx: "",
    sse: "",
    player: "",
    page: "",
    account: "",
    chat: "",
    call: "",
    callCss: "",
    emoji: "",
    emojiData: "",
  };
  const state = { status, streamId: "s", playlistUrl: "http://a.test/p.m3u8", title: "Wayang", startedAt: 0 };
  const channel = { name: "ibu", title: "Wayang" };
  const follow = { channelName: "ibu", followers: 0, choice: "none" } as const;
  const props = { channel, state, follow, canModerate: false };
  const page = await textOf(WatchPage({ page: { user: null, assets, path: "/@ibu", origin: null, language: "en", sidebar: null }, ...props }));
  const hidden = status === "live" ? "interrupted" : "live";
  expect(page).toContain(`<span data-while="${status}"><span class="badge badge-${status}">`);
  expect(page).toContain(`<span data-while="${hidden}" hidden=""><span class="badge badge-${hidden}">`);
});
