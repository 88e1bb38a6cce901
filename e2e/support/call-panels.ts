import type { Locator, Page } from "@playwright/test";

/** What stands beside a call: chat, people, quality. */
export type PanelName = "Chat" | "People" | "Quality";

export const panelOf = (page: Page, name: PanelName): Locator => page.getByRole("complementary", { name, exact: true });

/** Opens a panel; the button's name may end in how much is new. */
export async function openPanel(page: Page, name: PanelName): Promise<Locator> {
  const panel = panelOf(page, name);
  if (!(await panel.isVisible())) {
    await page
      .getByRole("toolbar", { name: "Controls" })
      .getByRole("button", { name: new RegExp(`^${name}\\b`) })
      .click();
    await panel.waitFor();
  }
  return panel;
}

/** A line of the quality panel: of what arrives and of what is sent, where these differ. */
export interface QualityRow {
  receives: string;
  sends: string;
}

/** What the quality panel says of the connection to somebody, by the name of the line. */
export async function readQuality(page: Page, name: string): Promise<Record<string, QualityRow>> {
  const panel = await openPanel(page, "Quality");
  const rows = await panel.getByRole("table", { name, exact: true }).locator("tbody tr").all();
  const read: Record<string, QualityRow> = {};
  for (const row of rows) {
    const [label = "", receives = "", sends = receives] = await row.locator("th, td").allInnerTexts();
    read[label] = { receives, sends };
  }
  return read;
}

/** Opens "Why can't we connect?", waits until everything was tried, and returns what follows from it. */
export async function whyNot(page: Page): Promise<string> {
  const title = "Why can't we connect?";
  await page.getByRole("button", { name: "More", exact: true }).click();
  await page.getByRole("menuitem", { name: title }).click();
  const findings = page.getByRole("complementary", { name: title }).getByRole("status");
  await findings.getByText("Trying every path").waitFor({ state: "hidden", timeout: 20_000 });
  return (await findings.innerText()).replaceAll(/\s+/g, " ");
}
