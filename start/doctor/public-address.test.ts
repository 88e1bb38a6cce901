import { afterEach, beforeEach, expect, test } from "bun:test";
import { readConfig } from "../../config.ts";
import { checkPublicAddress } from "./public-address.ts";

/** A site with a proxy, as far as the doctor asks it. The real ones: e2e/doctor.e2e.ts. */
let site: ReturnType<typeof Bun.serve>;
let events: () => Response | Promise<Response>;
beforeEach(() => {
  site = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    routes: { "/.well-known/panggung": () => Response.json({ instance: "this one" }), "/events": () => events() },
    fetch: () => new Response("Not found", { status: 404 }),
  });
});
afterEach(() => site.stop(true));

async function saidOfEvents(): Promise<string> {
  const config = readConfig({ HOST: "127.0.0.1", PORT: String(site.port), PUBLIC_URL: site.url.origin });
  const findings = await checkPublicAddress(config, new Map([["PORT", {}]]));
  return findings.flatMap(({ about, status, text }) => (about === "Events" ? [`${status}: ${text}`] : [])).join();
}

test("events that arrive at once", async () => {
  events = () => new Response("retry: 1000\n\n");
  expect(await saidOfEvents()).toBe("ok: reach pages at once");
});

test("a proxy that gathers is to be told not to, in words that take no site down", async () => {
  events = () => new Promise(() => undefined);
  const said = await saidOfEvents();
  expect(said).toMatch(/^problem: .* turn buffering of responses off in the proxy \(nginx: proxy_buffering off\)$/);
  expect(said).not.toContain("flush_interval");
});

test("what fails otherwise is not called buffering", async () => {
  events = () => new Response("Bad gateway", { status: 502 });
  expect(await saidOfEvents()).toBe("problem: /events answers 502");
  events = () => Response.redirect("http://127.0.0.1:1/");
  expect(await saidOfEvents()).toMatch(/^problem: http:\S+\/events refuses connections/);
});
