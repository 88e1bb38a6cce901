import type { Browser } from "@playwright/test";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type CallBrowserOptions, launchCallBrowser } from "../../e2e/support/call-browser.ts";
import { findTools } from "../../e2e/support/tools.ts";
import type { Machine } from "./net-internet.ts";

/**
 * Chromium on a machine of the little internet, which takes the certificates made for it: any, unless `flags` say which.
 * [I/O]
 */
export async function launchOn(
  machine: Machine,
  camera?: CallBrowserOptions["camera"],
  flags: string[] = ["--ignore-certificate-errors"],
): Promise<Browser> {
  const folder = mkdtempSync(join(tmpdir(), "panggung-browser-"));
  const script = join(folder, "chromium");
  writeFileSync(script, `#!/bin/sh\nexec ${machine.namespace.through.join(" ")} '${findTools().chromium}' "$@"\n`);
  chmodSync(script, 0o755);
  const browser = await launchCallBrowser({
    flags,
    executablePath: script,
    ...(camera === undefined ? {} : { camera }),
  });
  browser.on("disconnected", () => rmSync(folder, { recursive: true, force: true }));
  return browser;
}
