import { expect, test } from "bun:test";
import { html } from "hono/html";
import type { JSX } from "hono/jsx/jsx-runtime";
import { assets } from "./fixtures.ts";
import { statusNames } from "../client/chat-status.ts";
import { chatCommandTexts } from "./chat-command-texts.ts";
import { ChatPage, ChatPanel } from "./chat.tsx";

const channel = { name: "ibu", displayName: "Bu Sari" };
const guest = { user: null, assets, path: "/@ibu", origin: null, language: "en" as const, sidebar: null };
const budi = {
  ...guest,
  user: {
    id: "b".repeat(32),
    name: "budi",
    displayName: "Ibu",
    avatarUrl: null,
    color: 3,
    canStream: false,
    isAdministrator: false,
  },
};

const textOf = async (view: JSX.Element): Promise<string> => (await html`${view}`).toString();

test("every sentence that the script may show is in the page, once", async () => {
  const page = await textOf(ChatPanel({ page: budi, channel }));
  for (const name of statusNames) expect([name, page.split(`data-status="${name}"`).length - 1]).toEqual([name, 1]);
  expect(page.split("data-status=").length - 1).toBe(statusNames.length);
  for (const { usage } of Object.values(chatCommandTexts.en)) expect(page).toContain(`<strong>${usage}</strong>`);
});

test("a guest is asked to sign in and comes back; who is signed in writes at once", async () => {
  const composer = /<form class="chat-composer"[^>]* hidden=""/;
  const signIn = /<p class="chat-sign-in"[^>]* hidden=""/;
  const asGuest = await textOf(ChatPanel({ page: guest, channel }));
  expect(asGuest).toMatch(composer);
  expect(asGuest).not.toMatch(signIn);
  expect(asGuest).toContain('href="/login?next=%2F%40ibu"');
  const signedIn = await textOf(ChatPanel({ page: budi, channel }));
  expect(signedIn).not.toMatch(composer);
  expect(signedIn).toMatch(signIn);
  expect(await textOf(ChatPage({ page: guest, channel }))).toContain('href="/login?next=%2F%40ibu%2Fchat"');
});

test("who is signed in is known to the script before the room has welcomed them", async () => {
  const author = '{"id":"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb","name":"budi","displayName":"Ibu","color":3}';
  expect(await textOf(ChatPanel({ page: budi, channel }))).toContain(
    `data-author="${author.replaceAll('"', "&quot;")}"`,
  );
  expect(await textOf(ChatPanel({ page: guest, channel }))).not.toContain("data-author");
});

test("the streamer is called as they want to be, and addresses have their username", async () => {
  const panel = await textOf(ChatPanel({ page: budi, channel, popOut: true }));
  expect(panel).toContain("Message to Bu Sari");
  expect(panel).toContain("Watch Bu Sari");
  expect(panel).toContain('<a href="/@ibu#follow">Follow Bu Sari</a>');
  expect(panel).not.toMatch(/>[^<]*\bibu\b/);
});

test("the way to moderation is shown to moderators", async () => {
  const link = /href="\/@ibu\/chat\/moderation" data-for="moderators" hidden=""/;
  expect(await textOf(ChatPanel({ page: budi, channel }))).toMatch(link);
  expect(await textOf(ChatPanel({ page: budi, channel, canModerate: true }))).not.toMatch(link);
});
