import type { Locator, Page } from "@playwright/test";
import { openPanel } from "./call-panels.ts";
import { until } from "./until.ts";

/** What people do with rooms and in calls, found as they find it: by roles and names, in English. */

export interface RoomWish {
  name: string;
  mode?: "Meeting" | "Stage";
  entry?: "Everybody with the link" | "Whom you let in" | "People with an account here";
  passcode?: string;
}

/** Makes a room and opens it. Returns its address. */
export async function createRoom(page: Page, pageUrl: string, wish: RoomWish): Promise<string> {
  await page.goto(`${pageUrl}/rooms`);
  await page.getByLabel("Name of the room").fill(wish.name);
  if (wish.mode !== undefined) await page.getByRole("radio", { name: wish.mode }).check();
  if (wish.entry !== undefined) await page.getByRole("radio", { name: wish.entry }).check();
  if (wish.passcode !== undefined) await page.getByLabel("Passcode, if you want one").fill(wish.passcode);
  await page.getByRole("button", { name: "Make the room" }).click();
  await page.waitForURL(/\/rooms\/[0-9a-z]{4}(-[0-9a-z]{4}){3}$/);
  // The address may change before the page does.
  await page.getByRole("heading", { name: wish.name, level: 1 }).waitFor();
  return page.url();
}

export const button = (place: Page | Locator, name: string) => place.getByRole("button", { name, exact: true });

/**
 * Opens a room and does all there is to do before joining. Whoever has signed in (`name` is null) has a name already; a
 * listener of a stage has no devices to switch on.
 */
export async function prepare(
  page: Page,
  url: string,
  name: string | null,
  as: "speaker" | "listener" = "speaker",
): Promise<void> {
  if (page.url() !== url) await page.goto(url);
  if (name !== null) await page.getByLabel("Your name").fill(name);
  if (as === "speaker") await switchDevicesOn(page);
}

/** They may be on already, where the browser need not ask. */
async function switchDevicesOn(page: Page): Promise<void> {
  const [use, cameraOff] = [button(page, "Use camera and microphone"), button(page, "Turn camera off")];
  await use.or(cameraOff).first().waitFor();
  // It goes away by itself when the devices start meanwhile.
  if (await use.isVisible()) await use.click({ timeout: 3000 }).catch(() => undefined);
  await cameraOff.waitFor();
  await button(page, "Turn microphone off").waitFor();
}

/** Joins, and waits until the call is there. */
export async function join(page: Page): Promise<void> {
  await button(page, "Join").click();
  await leaveButton(page).waitFor();
}

export const leaveButton = (page: Page) => button(page, "Leave");

/** Goes straight in, with camera and microphone where one may have them on. */
export async function enter(
  page: Page,
  url: string,
  name: string | null,
  as: "speaker" | "listener" = "speaker",
): Promise<void> {
  await prepare(page, url, name, as);
  await join(page);
}

/** Somebody's tile; of "you" too. */
export const tileOf = (page: Page, name: string) => page.getByRole("group", { name: new RegExp(`^${name}\\b`) });

/** Shows a screen to everybody; there is a fake one. */
export async function shareScreen(page: Page): Promise<void> {
  await button(page, "Share screen").click();
  await button(page, "Stop sharing").first().waitFor();
}

/** What the call says happened. */
export const toastOf = (page: Page, text: string) => page.locator(".toast").filter({ hasText: text });

/** Does something with somebody by their tile's menu. */
export async function choose(page: Page, name: string, action: string): Promise<void> {
  const tile = tileOf(page, name).first();
  await tile.hover();
  await tile.getByRole("button", { name: `What to do with ${name}`, exact: true }).click();
  await page.getByRole("menuitem", { name: action, exact: true }).click();
}

/** The same in the panel of people, where those are too who have no tile. */
export async function choosePerson(page: Page, name: string, action: string): Promise<void> {
  const people = await openPanel(page, "People");
  await button(people, `What to do with ${name}`).first().click();
  await page.getByRole("menuitem", { name: action, exact: true }).click();
}

/** Writes into the call's chat, whose panel is open. */
export async function say(page: Page, text: string): Promise<void> {
  const field = page.getByRole("textbox", { name: "Message" });
  await field.fill(text);
  await field.press("Enter");
}

/** A host's switch for everybody: it is set once the server says so. */
export async function setRule(page: Page, name: string, isOn: boolean): Promise<void> {
  const rule = (await openPanel(page, "People")).getByRole("switch", { name });
  await rule.click();
  await until(`${name}: ${isOn}`, async () => (await rule.isChecked()) === isOn);
}
