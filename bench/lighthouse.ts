import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { launchBrowser } from "../e2e/support/browser.ts";
import { createAdministrator, readKey } from "../e2e/support/people.ts";
import { publish } from "../e2e/support/publisher.ts";
import { freePorts, startServer } from "../e2e/support/server.ts";
import { until } from "../e2e/support/until.ts";
import { Verdicts } from "./support/call-verdicts.ts";

/**
 * What Lighthouse says of home and of a channel that is live, as a visitor on a phone and at a desk, and of the studio.
 * Lighthouse is fetched when it is asked for: it is larger than all that the product needs. Needs npm.
 * `npm run bench:lighthouse`
 */

const version = "12.8.2";
const least = 95;
const password = "tall-horse-battery-7";
const Report = z.object({
  finalDisplayedUrl: z.string(),
  categories: z.record(z.string(), z.object({ score: z.number().nullable() })),
  audits: z.record(
    z.string(),
    z.object({ title: z.string(), score: z.number().nullable(), displayValue: z.string().optional() }),
  ),
});

const verdicts = new Verdicts();
const scratch = mkdtempSync(join(tmpdir(), "panggung-lighthouse-"));
const server = await startServer({ LOG_LEVEL: "warn" });

/** In a browser of its own: what another page left in it, cookies above all, would be sent instead of ours. */
async function judge(name: string, path: string, form: "phone" | "desk", cookie: string | null): Promise<void> {
  const [debugPort = 0] = freePorts(1);
  const browser = await launchBrowser([`--remote-debugging-port=${debugPort}`]);
  try {
    await judgeIn(debugPort, name, path, form, cookie);
  } finally {
    await browser.close();
  }
}

async function judgeIn(
  debugPort: number,
  name: string,
  path: string,
  form: "phone" | "desk",
  cookie: string | null,
): Promise<void> {
  const file = join(scratch, "report.json");
  const lighthouse = `npm exec --yes --package=lighthouse@${version} -- lighthouse`.split(" ");
  const options = [
    "--quiet",
    "--output=json",
    `--port=${debugPort}`,
    `--output-path=${file}`,
    `--only-categories=performance,accessibility,best-practices${cookie === null ? ",seo" : ""}`,
  ];
  if (form === "desk") options.push("--preset=desktop");
  if (cookie !== null) options.push(`--extra-headers=${JSON.stringify({ Cookie: cookie })}`);
  const child = Bun.spawn([...lighthouse, server.pageUrl + path, ...options], {
    cwd: scratch,
    stdin: "ignore",
    stdout: "ignore",
    stderr: "pipe",
  });
  const said = await new Response(child.stderr).text();
  if ((await child.exited) !== 0) throw new Error(`Lighthouse failed: ${said.slice(-500)}`);
  const { finalDisplayedUrl, categories, audits } = Report.parse(await Bun.file(file).json());
  if (new URL(finalDisplayedUrl).pathname !== path) throw new Error(`It looked at ${finalDisplayedUrl}`);
  for (const [category, { score }] of Object.entries(categories)) {
    const points = Math.round((score ?? 0) * 100);
    verdicts.add(`${name}, ${form}: ${category}`, points, `≥ ${least}`, points >= least);
  }
  for (const { title, score, displayValue = "" } of Object.values(audits)) {
    if (score !== null && score < 0.95) console.error(`    ${score.toFixed(2)} ${title} ${displayValue}`);
  }
}

try {
  const browser = await launchBrowser();
  const page = await browser.newPage();
  await createAdministrator(page, server, "ibu", password);
  await page.goto(`${server.pageUrl}/studio`);
  const key = await readKey(page, password);
  const publisher = publish(server.rtmpUrl, key);
  await until("the channel is live", async () => {
    await page.goto(server.pageUrl);
    return (await page.getByText("Live", { exact: true }).count()) > 0;
  });
  const cookies = await page.context().cookies();
  const cookie = cookies.map(({ name, value }) => `${name}=${value}`).join("; ");
  await browser.close();
  for (const form of ["phone", "desk"] as const) {
    await verdicts.attempt(`home, ${form}`, () => judge("home", "/", form, null));
    await verdicts.attempt(`channel, ${form}`, () => judge("channel", "/@ibu", form, null));
    await verdicts.attempt(`studio, ${form}`, () => judge("studio", "/studio", form, cookie));
  }
  await publisher.end("SIGINT");
} finally {
  await server.stop();
  rmSync(scratch, { recursive: true, force: true });
}
process.exit(verdicts.print());
