import type { Page } from "@playwright/test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CallBrowserOptions } from "../../e2e/support/call-browser.ts";
import { watch } from "../../e2e/support/call-watch.ts";
import { freePorts, type Server, startServer } from "../../e2e/support/server.ts";
import { launchOn } from "./net-browser.ts";
import { makeCertificate } from "./net-certificate.ts";
import { startFront } from "./net-front.ts";
import { Internet, type Machine } from "./net-internet.ts";
import { checkNetworkTools } from "./net-namespace.ts";
import { type Relay, startRelay } from "./net-relay.ts";

/**
 * Panggung as somebody would run it on the internet, with people elsewhere: behind https at a public address, a relay on
 * another machine, browsers on machines of their own. [I/O]
 */
export interface Scenery {
  internet: Internet;
  relay: Relay;
  server: Server;
  /** Where people find it. */
  url: string;
  /** A page of somebody who sits at this machine. It ends with the scenery. */
  personAt(machine: Machine, camera?: CallBrowserOptions["camera"]): Promise<Page>;
  end(): Promise<void>;
}

/** `settings`: what Panggung is told of the relay, and anything else. */
export async function setUp(settings: (relay: Relay) => Record<string, string>): Promise<Scenery> {
  checkNetworkTools(["ip", "nft", "tc", "ss", "sysctl", "turnserver", "nginx", "openssl"]);
  const ends: (() => unknown)[] = [];
  const end = async (): Promise<void> => {
    for (const each of ends.splice(0).toReversed()) await each();
  };
  // Whoever stops this in the middle leaves nothing behind either.
  const stop = (): void => void end().finally(() => process.exit(130));
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, stop);
  ends.push(() => ["SIGINT", "SIGTERM"].forEach((signal) => process.off(signal, stop)));
  try {
    const internet = new Internet();
    ends.push(() => internet.remove());
    const [home, relayHome] = [internet.attach("panggung"), internet.attach("relay")];
    const folder = mkdtempSync(join(tmpdir(), "panggung-scenery-"));
    ends.push(() => rmSync(folder, { recursive: true, force: true }));
    const certificate = makeCertificate(folder, [home.address, relayHome.address]);
    const relay = await startRelay(relayHome, certificate);
    ends.push(() => relay.end());
    const [pages = 0, signaling = 0] = freePorts(2);
    const front = await startFront(home, certificate, { pages, signaling });
    ends.push(() => front.end());
    const server = await startServer(
      {
        PORT: String(pages),
        SIGNALING_PORT: String(signaling),
        PUBLIC_URL: front.url,
        TRUSTED_PROXIES: "127.0.0.1",
        ...settings(relay),
      },
      home.namespace.through,
    );
    ends.push(() => server.stop());
    const personAt = async (machine: Machine, camera?: CallBrowserOptions["camera"]): Promise<Page> => {
      const browser = await launchOn(machine, camera);
      ends.push(() => browser.close());
      const context = await browser.newContext({ viewport: { width: 960, height: 600 }, ignoreHTTPSErrors: true });
      await watch(context);
      return context.newPage();
    };
    return { internet, relay, server, url: front.url, personAt, end };
  } catch (error) {
    await end();
    throw error;
  }
}
