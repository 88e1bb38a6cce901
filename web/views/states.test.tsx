import { expect, test } from "bun:test";
import { html } from "hono/html";
import type { JSX } from "hono/jsx/jsx-runtime";
import { assets } from "./fixtures.ts";
import { StudioStatus } from "./studio-status.tsx";
import { WatchPage } from "./watch.tsx";

const health = {
  state: "live",
  hlsUrl: null,
  hasThumbnail: false,
  encoder: "OBS",
  remoteAddress: null,
  video: null,
  audio: { codec: "mp4a.40.2", sampleRate: 48_000, channels: 2, bitrate: 160_000 },
} as const;

const textOf = async (view: JSX.Element): Promise<string> => (await html`${view}`).toString();

test("the studio does not say that viewers see somebody who only sends sound", async () => {
  const status = { startedAt: 0, warnings: [], ended: null, lastRefusal: null, language: "en" as const };
  expect(await textOf(StudioStatus({ ...status, state: "live", health }))).toContain(
    "Viewers hear you, and see no picture.",
  );
  expect(await textOf(StudioStatus({ ...status, state: "live", health: null }))).toContain("Viewers see you.");
});

test("a figure that is not known yet is not called zero", async () => {
  const silent = { ...health, audio: { ...health.audio, bitrate: 0 } };
  const text = await textOf(
    StudioStatus({
      state: "live",
      startedAt: 0,
      warnings: [],
      ended: null,
      lastRefusal: null,
      health: silent,
      language: "en",
    }),
  );
  expect(text).toContain("Measuring…");
  expect(text).not.toContain("0 kbit/s");
});

test.each(["live", "interrupted"] as const)("below the picture, %s is said as on the home page", async (status) => {
  const about = { title: "Wayang", category: null, tags: [] };
  const state = { status, streamId: "s", playlistUrl: "http://a.test/p.m3u8", startedAt: 0, ...about };
  const channel = {
    ...about,
    name: "ibu",
    displayName: "Ibu",
    avatarUrl: null,
    bannerUrl: null,
    language: null,
    isMature: false,
    aboutHtml: "",
    links: [],
    lastLiveAt: null,
  };
  const props = {
    channel,
    state,
    follow: { channelName: "ibu", displayName: "Ibu", language: "en", followers: 0, choice: "none" },
    addresses: { page: "http://a.test/@ibu", embed: "", oembed: "", picture: null },
    pictureUrl: null,
    viewers: 0,
    canModerate: false,
    isOwner: false,
    isTheatre: false,
    now: 0,
  } as const;
  const frame = { user: null, assets, path: "/@ibu", origin: null, language: "en", sidebar: null } as const;
  const page = await textOf(WatchPage({ page: frame, ...props, pastStreams: [], channel }));
  const hidden = status === "live" ? "interrupted" : "live";
  expect(page).toContain(`<span data-while="${status}"><span class="badge badge-${status}">`);
  expect(page).toContain(`<span data-while="${hidden}" hidden=""><span class="badge badge-${hidden}">`);
});
