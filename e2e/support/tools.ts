import { chromium } from "@playwright/test";
import { existsSync, readFileSync } from "node:fs";

/**
 * The programs that the end-to-end tests and measurements run and that no package carries. They are looked for in the
 * environment, on PATH and, for Chromium, where Playwright would have put its own; as root on Debian or Ubuntu they are installed.
 */
export interface Tools {
  chromium: string;
  ffmpeg: string;
}

type ToolName = keyof Tools;

const candidates: Record<ToolName, () => (string | null | undefined)[]> = {
  chromium: () => [
    process.env["CHROMIUM_PATH"],
    ...["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"].map((name) => Bun.which(name)),
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    chromium.executablePath(),
  ],
  ffmpeg: () => [process.env["FFMPEG_PATH"], Bun.which("ffmpeg")],
};

/** Where the program is; undefined where it is not. Installs nothing. */
export const findTool = (name: ToolName): string | undefined =>
  candidates[name]().find((path) => path && existsSync(path)) ?? undefined;

/** Finds the programs or installs them. Throws an error of one line that says what to install when that is not possible. */
export function findTools(): Tools {
  const names: ToolName[] = ["chromium", "ffmpeg"];
  const missing = names.filter((name) => findTool(name) === undefined);
  if (missing.length > 0 && canInstall()) install(missing);
  return { chromium: findOrExplain("chromium"), ffmpeg: findOrExplain("ffmpeg") };
}

/** Where the program is. Throws an error of one line that says what to install. Installs nothing. */
export function findOrExplain(name: ToolName): string {
  const path = findTool(name);
  if (path !== undefined) return path;
  const variable = `${name.toUpperCase()}_PATH`;
  throw new Error(
    `${name} is missing: install it (Debian, Ubuntu: apt-get install ${name}) or say where it is with ${variable}.`,
  );
}

function canInstall(): boolean {
  if (process.getuid?.() !== 0 || Bun.which("apt-get") === null || !existsSync("/etc/os-release")) return false;
  return /^ID(_LIKE)?=.*\b(debian|ubuntu)\b/m.test(readFileSync("/etc/os-release", "utf8"));
}

function install(packages: string[]): void {
  console.error(`Installing ${packages.join(" and ")}…`);
  const environment = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  for (const arguments_ of [
    ["update", "-q"],
    ["install", "-q", "-y", "--no-install-recommends", ...packages],
  ]) {
    // Its failure is told by the program still missing afterwards.
    Bun.spawnSync(["apt-get", ...arguments_], {
      env: environment,
      stdin: "ignore",
      stdout: "inherit",
      stderr: "inherit",
    });
  }
}
