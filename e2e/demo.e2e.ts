import { afterAll, expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { launchBrowser, untilPicturesMove } from "./support/browser.ts";
import { messagesOf } from "./support/chat.ts";
import { familyOf, stillRunning } from "./support/processes.ts";
import { until } from "./support/until.ts";

/** What a newcomer sees of `npm run demo`, and what is left of it: nothing. */

setDefaultTimeout(120_000);

const root = join(import.meta.dir, "..");
const started: Bun.Subprocess[] = [];
const foldersNow = (): string[] => readdirSync(tmpdir()).filter((name) => name.startsWith("panggung-demo-"));

afterAll(() => {
  for (const child of started) child.kill("SIGKILL");
});

/** Starts a program of the project, and waits until it has said so much. */
async function run(command: string[], enough: RegExp): Promise<{ child: Bun.Subprocess; said: string }> {
  const child = Bun.spawn([process.execPath, ...command], {
    cwd: root,
    env: { ...process.env, HOST: "127.0.0.1" },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "inherit",
  });
  started.push(child);
  let said = "";
  const decoder = new TextDecoder();
  for await (const chunk of child.stdout) {
    said += decoder.decode(chunk, { stream: true });
    if (enough.test(said)) return { child, said };
  }
  throw new Error(`It ended with code ${await child.exited}: ${said}`);
}

function freeAgain(url: string): void {
  const { hostname, port } = new URL(url.replace("rtmp:", "http:"));
  Bun.listen({ hostname, port: Number(port), socket: { data: () => undefined } }).stop(true);
}

test("a newcomer meets people, signs in, sees a guest in a call, and Ctrl-C leaves nothing behind", async () => {
  const foldersBefore = foldersNow();
  const { child, said } = await run(["demo.ts"], /Ctrl-C stops it/);
  const find = (pattern: RegExp): string => pattern.exec(said)?.[1] ?? `nothing like ${pattern}`;
  const pageUrl = find(/Pages +(\S+)/);

  const browser = await launchBrowser();
  try {
    const page = await browser.newPage();
    page.setDefaultTimeout(40_000);
    await page.goto(find(/A live channel +(\S+)/));
    await messagesOf(page).nth(7).waitFor();
    await untilPicturesMove(page, 40_000);
    // Eight people, four without an account, and this page; whose channel it is does not count.
    await page.getByText("13 watching").first().waitFor();

    await page.goto(`${pageUrl}/login`);
    await page.getByLabel("Username").fill("wati");
    await page.getByLabel("Password").fill(find(/streamer +wati +(\S+)/));
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.waitForURL(`${pageUrl}/studio`);
    await page.locator("#studio-status").getByText("Offline", { exact: true }).waitFor();

    await page.goto(find(/A call +(\S+)/));
    await page.getByRole("button", { name: "Join", exact: true }).click();
    await page.getByRole("group", { name: /^Maya\b/ }).waitFor();
  } finally {
    await browser.close();
  }

  const family = familyOf(child.pid);
  // api, ingest, signaling, start, two encoders and a browser at least.
  expect(family.length).toBeGreaterThan(7);
  child.kill("SIGINT");
  expect(await child.exited).toBe(0);
  expect(stillRunning(family)).toEqual([]);
  expect(foldersNow().filter((name) => !foldersBefore.includes(name))).toEqual([]);
  for (const url of [pageUrl, find(/(rtmp:\S+)/)]) freeAgain(url);
});

test("kill -9 leaves neither a server nor its folder behind", async () => {
  const script = `
    const { startDemoServer } = await import(${JSON.stringify(join(root, "demo", "server.ts"))});
    const { freePort } = await import(${JSON.stringify(join(root, "demo", "ports.ts"))});
    const ports = {};
    for (const name of ["PORT", "INTERNAL_PORT", "HLS_PORT", "SIGNALING_PORT", "RTMP_PORT"]) ports[name] = await freePort("127.0.0.1");
    console.log((await startDemoServer(ports)).folder + " is ready");`;
  const { child, said } = await run(["-e", script], /is ready/);
  const folder = said.slice(0, said.indexOf(" is ready"));
  const others = familyOf(child.pid).filter((pid) => pid !== child.pid);
  expect([existsSync(folder), others.length > 3]).toEqual([true, true]);
  child.kill("SIGKILL");
  await until("everything has ended", () => stillRunning(others).length === 0);
  expect(existsSync(folder)).toBe(false);
});
