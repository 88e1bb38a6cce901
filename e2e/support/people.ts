import type { Locator, Page } from "@playwright/test";
import type { Server } from "./server.ts";

/** Opens the one-time link that the start printed and creates the first account there. */
export async function createAdministrator(
  page: Page,
  server: Pick<Server, "setupLink">,
  username: string,
  password: string,
): Promise<void> {
  if (server.setupLink === null) throw new Error("The start printed no link for the first administrator.");
  await page.goto(server.setupLink);
  if (page.url().includes("code=")) throw new Error("The code of the set-up link stays in the address.");
  await page.getByLabel("Username").fill(username);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Create administrator" }).click();
  await keepRecoveryCodes(page);
  await signOutOf(page).waitFor({ state: "attached" });
}

/** Makes an account for somebody who comes by themselves. */
export async function register(page: Page, server: Server, username: string, password: string): Promise<void> {
  await page.goto(`${server.pageUrl}/register`);
  await page.getByLabel("Username").fill(username);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Create account" }).click();
  await keepRecoveryCodes(page);
  await signOutOf(page).waitFor({ state: "attached" });
}

/** In the menu of whoever has signed in, which may be closed. */
const signOutOf = (page: Page): Locator => page.getByRole("button", { name: "Sign out", includeHidden: true }).first();

/** Signs out by the menu of the page's header. */
export async function signOut(page: Page): Promise<void> {
  await page.locator("summary", { hasText: "Account of" }).click();
  await signOutOf(page).click();
}

/** The page with the recovery codes of a new account, which is shown once. */
const keepRecoveryCodes = (page: Page): Promise<void> => page.getByRole("button", { name: "I have kept them" }).click();

/** Presses "Show key" in an open studio, types the password if it is asked for, and reads the key. */
export async function readKey(studio: Page, password: string): Promise<string> {
  const show = studio.getByRole("button", { name: "Show key" });
  const confirm = studio.getByRole("button", { name: "Confirm" });
  const copy = studio.locator("#stream-key").getByRole("button", { name: "Copy" });
  await show.click();
  await confirm.or(copy).waitFor();
  if (await confirm.isVisible()) {
    await studio.getByLabel("Type your password to see the key").fill(password);
    await confirm.click();
    await show.or(copy).waitFor();
    if (await show.isVisible()) await show.click();
  }
  await copy.waitFor();
  return studio.getByLabel("Stream key").inputValue();
}
