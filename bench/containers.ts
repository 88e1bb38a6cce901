import type { Browser, BrowserContext, Page } from "@playwright/test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { createRoom, enter } from "../e2e/support/call.ts";
import { isShowing, longestGap, reportsOf, watch } from "../e2e/support/call-watch.ts";
import { untilShown, write } from "../e2e/support/chat.ts";
import { createAdministrator, readKey } from "../e2e/support/people.ts";
import { until } from "../e2e/support/until.ts";
import { Verdicts } from "./support/call-verdicts.ts";
import { converse, listen } from "./support/chat-witness.ts";
import { collectAges } from "./support/clock-picture.ts";
import { publishClock } from "./support/clock-publisher.ts";
import { ComposeProject, longLived } from "./support/compose-project.ts";
import { Ends } from "./support/ends.ts";
import { launchOn } from "./support/net-browser.ts";
import { Internet, type Machine } from "./support/net-internet.ts";
import { checkNetworkTools, run } from "./support/net-namespace.ts";

/**
 * compose.yaml as a self-hoster starts it, with its containers on this machine and people on machines of their own: how big the
 * images are and how soon all is well; a stream watched and chatted over HTTPS and HTTP/2, a call of two who reach only the
 * relay; and what they notice while containers are replaced, one by one and all at once. `npm run bench:containers`, as
 * root on Linux with Docker, and with ports 80, 443, 1935, 3478 and 5349 free. `-- --fresh` builds without what is cached.
 */

const { values: options } = parseArgs({ options: { fresh: { type: "boolean", default: false } } });
const password = "a-measured-password-1";
/** As OBS does after a broken connection. */
const encoderReturnsAfterMs = 2000;
/** For everything to come to rest after a container was replaced. */
const settleMs = 12_000;
const steadyWithinMs = 60_000;
const mostStillSec = 10;

const verdicts = new Verdicts();
const ends = new Ends();
const secSince = (startedAtMs: number): number => (performance.now() - startedAtMs) / 1000;

interface People {
  viewer: Page;
  writer: Page;
  callers: [Page, Page];
}

async function start(project: ComposeProject): Promise<void> {
  let atMs = performance.now();
  await project.do("build", ...(options.fresh ? ["--no-cache"] : []));
  verdicts.add(
    `images built ${options.fresh ? "from nothing" : "with what is cached"}`,
    `${secSince(atMs).toFixed(0)} s`,
  );
  atMs = performance.now();
  await project.do("up", "--detach");
  await project.untilHealthy();
  verdicts.add("from `compose up` to all healthy", `${secSince(atMs).toFixed(1)} s`);
  for (const service of longLived)
    verdicts.add(`image of ${service}`, `${(await project.imageSize(service)).toFixed(0)} MB`);
}

/** Downloads the authority as a device does, and sees that it vouches for what Caddy shows. */
function checkAuthority(machine: Machine, domain: string): void {
  const folder = mkdtempSync(join(tmpdir(), "panggung-authority-"));
  ends.add(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, "root.crt");
  const curl = (...words: string[]): string =>
    run([...machine.namespace.through, "curl", "--silent", "--show-error", ...words]);
  writeFileSync(file, curl("--fail", `http://${domain}/root.crt`));
  const said = curl(
    "--cacert",
    file,
    "--output",
    "/dev/null",
    "--write-out",
    "%{http_code} HTTP/%{http_version}",
    `https://${domain}/`,
  );
  verdicts.add(
    "trusting http://DOMAIN/root.crt and nothing else, https://DOMAIN/ answers",
    said,
    "200 HTTP/2",
    said === "200 HTTP/2",
  );
}

/** What Chromium is told to trust: the key that signs Caddy's certificates, and no other. */
async function trustFlag(project: ComposeProject): Promise<string> {
  const pem = await project.exec("caddy", "cat", "/caddy/data/caddy/pki/authorities/local/intermediate.crt");
  const publicKey = run(["openssl", "x509", "-noout", "-pubkey"], pem);
  const der = Buffer.from(publicKey.replace(/-----[^-]+-----|\s/g, ""), "base64");
  return `--ignore-certificate-errors-spki-list=${new Bun.CryptoHasher("sha256").update(der).digest("base64")}`;
}

async function openBrowser(machine: Machine, trust: string): Promise<Browser> {
  const browser = await launchOn(machine, undefined, [trust]);
  ends.add(() => browser.close());
  return browser;
}

async function newPerson(browser: Browser): Promise<{ context: BrowserContext; page: Page }> {
  const context = await browser.newContext({ viewport: { width: 960, height: 600 } });
  await watch(context);
  return { context, page: await context.newPage() };
}

/** Goes live, has it watched and chatted, and says over which protocol media came. */
async function showStream(
  project: ComposeProject,
  domain: string,
  browser: Browser,
): Promise<Pick<People, "viewer" | "writer">> {
  const { context, page: writer } = await newPerson(browser);
  const site = `https://${domain}`;
  const setupLink = (await project.exec("api", "admin", "setup-link")).trim();
  await createAdministrator(writer, { setupLink }, "ana", password);
  const studio = await context.newPage();
  await studio.goto(`${site}/studio`);
  const key = await readKey(studio, password);
  await studio.close();
  const publisher = publishClock(`rtmp://${domain}:1935/live/${key}`, encoderReturnsAfterMs);
  ends.add(() => publisher.stop());
  const { page: viewer } = await newPerson(browser);
  await until(
    "the channel is live",
    async () => {
      await viewer.goto(`${site}/@ana`);
      return viewer.locator("[data-status=live]").first().isVisible();
    },
    30_000,
  );
  await viewer.evaluate(collectAges);
  await untilPicturesMove(viewer);
  await writer.goto(`${site}/@ana`);
  await write(writer, "Seen over HTTPS");
  await untilShown(viewer, "Seen over HTTPS");
  const protocols = await viewer.evaluate<string[]>(
    `[...new Set(performance.getEntriesByType("resource").filter(({ name }) => name.includes("/hls/")).map(({ nextHopProtocol }) => nextHopProtocol))]`,
  );
  verdicts.add(
    "stream watched and chatted in Chromium; media came over",
    protocols.join(", "),
    "h2",
    protocols.join() === "h2",
  );
  const ages = await viewer.evaluate<number[]>("window.clockSamples.agesMs.slice(-150)");
  const median = ages.toSorted((a, b) => a - b)[Math.floor(ages.length / 2)] ?? Number.NaN;
  verdicts.add("age of the picture that the viewer sees, median", `${(median / 1000).toFixed(2)} s`);
  return { viewer, writer };
}

/** Two who cannot reach each other, in a call. */
async function holdCall(site: string, browsers: [Browser, Browser]): Promise<[Page, Page]> {
  const [{ page: ana }, { page: budi }] = [await newPerson(browsers[0]), await newPerson(browsers[1])];
  const room = await createRoom(ana, site, { name: "Measured" });
  await enter(ana, room, "Ana");
  await enter(budi, room, "Budi");
  const callers: [Page, Page] = [ana, budi];
  await untilTheySee(callers);
  const paths = (await Promise.all(callers.map(reportsOf))).map(([report]) => report?.path);
  const isRelayed = paths.every((path) => path?.local === "relay" || path?.remote === "relay");
  const said = paths.map((path) => `${path?.local} to ${path?.remote} by ${path?.protocol}`).join("; ");
  verdicts.add("call of two who reach only the relay: candidate pairs", said, "relay", isRelayed);
  return callers;
}

const untilTheySee = (callers: readonly Page[]): Promise<unknown> =>
  until(
    "callers see each other",
    async () => (await Promise.all(callers.map(isShowing))).every(Boolean),
    steadyWithinMs,
  );

/** At least three seconds' pictures at 10 a second within the last five. */
const untilPicturesMove = (viewer: Page): Promise<unknown> =>
  until(
    "the stream's pictures move",
    () =>
      viewer.evaluate<boolean>(
        `window.clockSamples.frames.filter(([atMs]) => atMs > ${Date.now() - 5000}).length > 30`,
      ),
    steadyWithinMs,
  );

/** Longest time that the stream's picture stood still since a moment, ms. */
const longestStill = (viewer: Page, sinceMs: number): Promise<number> =>
  viewer.evaluate<number>(`(() => {
    const moments = [${sinceMs}, ...window.clockSamples.frames.map(([atMs]) => atMs).filter((atMs) => atMs > ${sinceMs}), performance.timeOrigin + performance.now()];
    return Math.max(...moments.slice(1).map((atMs, index) => atMs - moments[index]));
  })()`);

/** What the four notice while something happens to the containers. */
async function noticed(
  what: string,
  { viewer, writer, callers }: People,
  happen: () => Promise<unknown>,
): Promise<void> {
  await untilPicturesMove(viewer);
  await untilTheySee(callers);
  const sinceMs = Date.now();
  const happened = (async () => {
    await happen();
    await Bun.sleep(settleMs);
    await untilPicturesMove(viewer);
    await untilTheySee(callers);
  })();
  const chat = await converse(writer, viewer, what, happened);
  const untilMs = Date.now();
  const gapsMs = await Promise.all(callers.map((page) => longestGap(page, sinceMs, untilMs)));
  verdicts.addSec(
    `${what}: the stream's picture stood still`,
    (await longestStill(viewer, sinceMs)) / 1000,
    mostStillSec,
  );
  verdicts.add(`${what}: a line of chat took at most`, `${(chat.slowestMs / 1000).toFixed(2)} s`);
  const lines = `${chat.lost} lost, ${chat.doubled} doubled of ${chat.written}`;
  verdicts.add(`${what}: lines of chat`, lines, "0 lost, 0 doubled", chat.lost === 0 && chat.doubled === 0);
  verdicts.addSec(`${what}: longest gap in the call`, Math.max(...gapsMs) / 1000, mostStillSec);
}

async function measure(): Promise<void> {
  checkNetworkTools(["ip", "nft", "sysctl", "openssl", "curl", "docker"]);
  const internet = new Internet();
  ends.add(() => internet.remove());
  const domain = internet.attachHost();
  const [ana, budi, citra] = [internet.attach("ana"), internet.attach("budi"), internet.attach("citra")];
  const [a, b] = [ana.publicAddress, budi.publicAddress];
  internet.filter(`ip saddr ${a} ip daddr ${b} drop`, `ip saddr ${b} ip daddr ${a} drop`);
  const project = new ComposeProject(domain);
  await project.remove();
  ends.add(() => project.remove());
  await start(project);
  checkAuthority(citra, domain);
  const trust = await trustFlag(project);
  const open = (machine: Machine): Promise<Browser> => openBrowser(machine, trust);
  const stream = await showStream(project, domain, await open(citra));
  const callers = await holdCall(`https://${domain}`, [await open(ana), await open(budi)]);
  const people = { ...stream, callers };
  await listen(people.viewer);
  await noticed("nothing replaced", people, () => Bun.sleep(3000));
  for (const service of longLived) {
    await verdicts.attempt(`${service} replaced`, () =>
      noticed(`${service} replaced`, people, () =>
        project.do("up", "--detach", "--no-deps", "--force-recreate", service),
      ),
    );
  }
  await verdicts.attempt("all replaced", () =>
    noticed("all replaced", people, () => project.do("up", "--detach", "--force-recreate")),
  );
}

await verdicts.attempt("containers", measure);
await ends.end();
process.exit(verdicts.print());
