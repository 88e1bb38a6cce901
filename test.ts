import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findTools } from "./e2e/support/tools.ts";

/**
 * `npm test`: everything that must hold, in order of how quickly it says so. A failing step is the last one. The last
 * line is `N passed, N failed`: each static check counts as one, then each test of the unit and end-to-end runs.
 * `npm run check` is the static part alone.
 */

interface Step {
  name: string;
  command: string[];
  /** Writes a JUnit report, from which its tests are counted. */
  isTestRun?: boolean;
}

const staticSteps: Step[] = [
  { name: "types", command: ["x", "tsc", "-p", "."] },
  { name: "types in browsers", command: ["x", "tsc", "-p", "web/client"] },
  { name: "lint", command: ["x", "oxlint"] },
  { name: "format", command: ["fmt", "--check"] },
  { name: "dead code", command: ["x", "knip"] },
];
const testSteps: Step[] = [
  { name: "unit tests", command: ["test"], isTestRun: true },
  {
    name: "end to end",
    command: [
      "test",
      ...[
        "newcomer",
        "site",
        "channel",
        "account",
        "administration",
        "chat",
        "calls",
        "every-page",
        "keyboard",
        "without-scripts",
        "doctor",
        "start",
        "fly",
        "demo",
      ].map((name) => `./e2e/${name}.e2e.ts`),
    ],
    isTestRun: true,
  },
];

interface Count {
  passed: number;
  failed: number;
}

const reports = mkdtempSync(join(tmpdir(), "panggung-test-"));

async function runStep(step: Step, environment: Record<string, string | undefined>): Promise<Count> {
  console.log(`\n— ${step.name}`);
  const startedAtMs = performance.now();
  const report = join(reports, "report.xml");
  const command = [process.execPath, ...step.command];
  if (step.isTestRun === true) command.push("--reporter=junit", `--reporter-outfile=${report}`);
  const run = Bun.spawn(command, {
    cwd: import.meta.dir,
    env: environment,
    stdin: "ignore",
    stdout: "inherit",
    stderr: "inherit",
  });
  const exitCode = await run.exited;
  console.log(
    `— ${step.name}: ${exitCode === 0 ? "ok" : "failed"}, ${((performance.now() - startedAtMs) / 1000).toFixed(1)} s`,
  );
  if (step.isTestRun !== true) return exitCode === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
  const count = readReport(report);
  rmSync(report, { force: true });
  // A run that fails without a failed test (a file that does not load, a crash) is a failure all the same.
  return exitCode === 0 ? count : { passed: count.passed, failed: Math.max(count.failed, 1) };
}

/** A test that was skipped has not passed: it counts as failed. */
function readReport(path: string): Count {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch {
    console.error("The test run left no report.");
    return { passed: 0, failed: 1 };
  }
  const root = /<testsuites [^>]*>/.exec(text)?.[0] ?? "";
  const [tests, failures, skipped] = ["tests", "failures", "skipped"].map((name) =>
    Number(new RegExp(`\\b${name}="(\\d+)"`).exec(root)?.[1] ?? 0),
  ) as [number, number, number];
  if (skipped > 0) console.error(`${skipped} skipped: a test that does not run counts as failed.`);
  return { passed: tests - failures - skipped, failed: failures + skipped };
}

async function runAll(): Promise<Count> {
  const total: Count = { passed: 0, failed: 0 };
  const environment: Record<string, string | undefined> = { ...process.env };
  let steps = staticSteps;
  if (process.argv[2] !== "check") {
    try {
      const tools = findTools();
      Object.assign(environment, { CHROMIUM_PATH: tools.chromium, FFMPEG_PATH: tools.ffmpeg });
    } catch (error) {
      console.error(error instanceof Error ? error.message : error);
      return { passed: 0, failed: 1 };
    }
    steps = [...staticSteps, ...testSteps];
  }
  for (const step of steps) {
    const count = await runStep(step, environment);
    total.passed += count.passed;
    total.failed += count.failed;
    if (count.failed > 0) break;
  }
  return total;
}

const total = await runAll();
rmSync(reports, { recursive: true, force: true });
console.log(`\n${total.passed} passed, ${total.failed} failed`);
process.exit(total.failed === 0 ? 0 : 1);
