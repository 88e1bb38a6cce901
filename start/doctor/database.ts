import { join } from "node:path";
import { z } from "zod";
import type { Config } from "../../config.ts";
import { type Finding, ok, problem, warning } from "./finding.ts";

/** What `bun api/admin.ts check-database` prints: only api knows the database. */
const Report = z
  .object({
    bytes: z.number().nullable(),
    faults: z.array(z.string()),
    applied: z.number(),
    pending: z.number(),
    isNewer: z.boolean(),
  })
  .nullable();

const about = "Database";
/** A large one is read once, whole. */
const withinMs = 120_000;

export async function checkDatabase(
  config: Pick<Config, "DATABASE_URL" | "DATA_DIR">,
  environment: Record<string, string | undefined>,
): Promise<Finding[]> {
  const where = config.DATABASE_URL ?? `DATA_DIR=${config.DATA_DIR}`;
  const admin = Bun.spawn(
    [process.execPath, "--no-env-file", join(import.meta.dir, "../../api/admin.ts"), "check-database"],
    {
      env: environment,
      stdin: "ignore",
      stdout: "pipe",
      stderr: "pipe",
      timeout: withinMs,
    },
  );
  const [printed, complaint] = await Promise.all([admin.stdout.text(), admin.stderr.text()]);
  if ((await admin.exited) !== 0) return [problem(about, complaint.trim() || `${where}: it did not answer in time`)];
  const report = Report.parse(JSON.parse(printed));
  if (report === null) return [ok(about, `${where}: there is none yet; the first start makes it`)];
  if (report.faults.length > 0) {
    const restore = "stop Panggung, keep a copy of what is there, and restore the newest copy from backups";
    return [problem(about, `${where} is damaged (${report.faults[0]}): ${restore}`)];
  }
  if (report.isNewer) {
    const way = "run that version, or put back the copy from before, in backups";
    return [problem(about, `${where} belongs to a newer version of Panggung: ${way}`)];
  }
  const size = report.bytes === null ? "answers" : `sound, ${(report.bytes / 1_000_000).toFixed(1)} MB`;
  if (report.pending === 0) return [ok(about, `${where}: ${size}`)];
  const next = `${report.pending} changes of its schema wait for the next start, which copies it to backups first`;
  return [
    report.applied === 0 ? ok(about, `${where}: ${size}, and empty`) : warning(about, `${where}: ${size}; ${next}`),
  ];
}
