import type { Browser, BrowserContextOptions, Page } from "@playwright/test";
import { test } from "bun:test";
import { join } from "node:path";
import type { Server } from "./server.ts";

/** Tests that are steps of one story and run in this order, with pages of real people in it. */
export class Story {
  readonly #name: string;
  readonly #pages = new Map<string, Page>();
  readonly #server: () => Server;
  #hasFailed = false;
  /** What pages threw, and what their content security policy had to stop. */
  readonly pageErrors: string[] = [];

  /** `name` is that of the folder for what was to be seen when a step failed. */
  constructor(name: string, server: () => Server) {
    this.#name = name;
    this.#server = server;
  }

  /** A test that fails at once when an earlier one has, and keeps what was to be seen when it fails itself. */
  step(name: string, run: () => Promise<void> | void): void {
    test(name, async () => {
      if (this.#hasFailed) throw new Error("An earlier step failed.");
      try {
        await run();
      } catch (error) {
        this.#hasFailed = true;
        await this.#keepEvidence();
        throw error;
      }
    });
  }

  /** A page in a browser of its own, as far as cookies go. `who` names it when a step fails. */
  async openPage(browser: Browser, who: string, options: BrowserContextOptions = {}): Promise<Page> {
    const context = await browser.newContext(options);
    context.setDefaultTimeout(15_000);
    const page = await context.newPage();
    this.watch(page, who);
    return page;
  }

  /** Also for pages that another page opened. */
  watch(page: Page, who: string): void {
    this.#pages.set(who, page);
    page.on("pageerror", (error) => this.pageErrors.push(`${who}: ${error}`));
    page.on("console", (message) => {
      if (message.text().includes("Content Security Policy")) this.pageErrors.push(`${who}: ${message.text()}`);
    });
  }

  async #keepEvidence(): Promise<void> {
    const folder = join(import.meta.dir, "..", "..", "test-results", this.#name);
    for (const [who, page] of this.#pages) {
      await page.screenshot({ path: join(folder, `${who}.png`) }).catch(() => undefined);
    }
    await Bun.write(join(folder, "server.log"), this.#server().output());
    console.error(`Screenshots and the server's output are in ${folder}.`);
  }
}
