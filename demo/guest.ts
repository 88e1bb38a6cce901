import type { Browser, Page } from "@playwright/test";
import { button, enter, leaveButton, say } from "../e2e/support/call.ts";
import { openPanel } from "../e2e/support/call-panels.ts";
import { launchCallBrowser } from "../e2e/support/call-browser.ts";
import { pause } from "./pause.ts";
import { filmOf, sitters } from "./portrait.ts";

/** Somebody who sits in a room's call by a browser of their own, and greets whoever finds them alone. [I/O] */
export interface Guest {
  stop(): Promise<void>;
}

export interface GuestOptions {
  chromium: string;
  roomUrl: string;
  name: string;
  /** A WAV file: what their microphone hears. */
  sound: string;
}

const camera = { width: 640, height: 360, framesPerSec: 10 };
const lookEveryMs = 2000;
/** Between attempts to come back, ms: after a mishap, or when a host has sent them out. */
const backAfterMs = 20_000;
/** A browser that is never closed grows. */
const renewAfterMs = 60 * 60_000;

/** Comes in, and comes back whenever the call or the browser ends. */
export function keepGuest(options: GuestOptions): Guest {
  const stopping = new AbortController();
  const film = filmOf(sitters.maya, camera);
  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      const isRenewed = await visit(options, film, stopping.signal).catch(() => false);
      if (!isRenewed) await pause(backAfterMs, stopping.signal);
    }
  };
  const ended = run();
  return {
    stop: async () => {
      stopping.abort();
      await ended;
    },
  };
}

/** One browser, until it is old, the guest is out of the call, or the signal aborts. Returns whether it was only old. */
async function visit(options: GuestOptions, film: Uint8Array, signal: AbortSignal): Promise<boolean> {
  const { chromium, roomUrl, name, sound } = options;
  const browser = await launchCallBrowser({ camera, film, sound, executablePath: chromium, ignoresSignals: true });
  const close = (): void => void closeQuietly(browser);
  signal.addEventListener("abort", close);
  try {
    if (signal.aborted) return false;
    const context = await browser.newContext({ locale: "en", viewport: { width: 960, height: 600 } });
    context.setDefaultTimeout(20_000);
    const page = await context.newPage();
    await enter(page, roomUrl, name);
    await stay(page, signal);
    return true;
  } finally {
    signal.removeEventListener("abort", close);
    await closeQuietly(browser);
  }
}

/** Throws when the guest is not in the call any more. */
async function stay(page: Page, signal: AbortSignal): Promise<void> {
  const untilMs = performance.now() + renewAfterMs;
  let others = 0;
  while (!signal.aborted && performance.now() < untilMs) {
    if (!(await leaveButton(page).isVisible())) throw new Error("The guest is out.");
    const tiles = await page
      .getByRole("group", { name: /^(?!You\b)/ })
      .filter({ has: page.locator("video") })
      .count();
    if (others === 0 && tiles > 0) await greet(page);
    others = tiles;
    await pause(lookEveryMs, signal);
  }
}

async function greet(page: Page): Promise<void> {
  await openPanel(page, "Chat");
  await say(page, "Hello! You see me, I see you: it goes from browser to browser 👋");
  await button(page, "Chat").click();
}

const closeQuietly = (browser: Browser): Promise<void> => browser.close().catch(() => undefined);
