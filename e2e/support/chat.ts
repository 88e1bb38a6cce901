import type { Locator, Page, WebSocket } from "@playwright/test";
import { until } from "./until.ts";

/** What people see and do in a chat, found as they find it: by roles and names. */

export const messagesOf = (page: Page): Locator => page.getByRole("log").getByRole("article");

/** The message with this text. */
export const messageOf = (page: Page, text: string): Locator => messagesOf(page).filter({ hasText: text });

export const writingOf = (page: Page): Locator => page.getByRole("textbox", { name: /^Message to / });

/** Types a message, or a command, and sends it by Enter. */
export async function write(page: Page, text: string): Promise<void> {
  await writingOf(page).fill(text);
  await writingOf(page).press("Enter");
}

/** Waits until the page shows exactly one message with this text. */
export async function untilShown(page: Page, text: string): Promise<void> {
  await messageOf(page, text).first().waitFor();
  const count = await messageOf(page, text).count();
  if (count !== 1) throw new Error(`“${text}” is shown ${count} times.`);
}

/** Opens what can be done with a message, and does it. */
export async function choose(page: Page, text: string, action: string): Promise<void> {
  await messageOf(page, text).hover();
  await messageOf(page, text)
    .getByRole("button", { name: /^What to do with/ })
    .click();
  await page.getByRole("menuitem", { name: action, exact: true }).click();
}

/** The texts of all messages, without names and marks. */
export const textsOf = (page: Page): Promise<string[]> => messagesOf(page).locator(".chat-text").allInnerTexts();

/** Collects the tickets and resume tokens that go over a page's WebSockets, and the addresses these were opened at. */
export function overhear(page: Page, tokens: Set<string>, addresses: Set<string>): void {
  const keep = ({ payload }: { payload: string | Buffer }): void => {
    for (const [, token = ""] of String(payload).matchAll(/"(?:ticket|resume)":"([^"]+)"/g)) tokens.add(token);
  };
  page.on("websocket", (socket: WebSocket) => {
    addresses.add(socket.url());
    socket.on("framesent", keep);
    socket.on("framereceived", keep);
  });
}

/** Waits until a process that was killed has come back as another one. */
export async function untilReplaced(pidOf: () => number, killed: number): Promise<void> {
  await until("the service is started again", () => {
    try {
      return pidOf() !== killed;
    } catch {
      return false;
    }
  });
}
