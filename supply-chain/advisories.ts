import { type Finding, findingsIn } from "./audit-report.ts";
import { projectRoot } from "./shipped-packages.ts";

/**
 * `npm run advisories`: asks the package registry whether anything is known against the packages that ship. Ends with 1 when
 * there is, and with 0 when there is not, or when the registry cannot be asked: then one line says so, since nobody's
 * tests should fail for a registry that is away. [I/O]
 */

const patienceMs = 30_000;

const audit = Bun.spawn([process.execPath, "audit", "--production", "--json"], {
  cwd: projectRoot,
  stdin: "ignore",
  stdout: "pipe",
  stderr: "pipe",
  timeout: patienceMs,
});
const [output, problem] = await Promise.all([audit.stdout.text(), audit.stderr.text(), audit.exited]);
const findings = findingsIn(output);
if (findings === null) {
  const [, status] = / - (\d{3})$/.exec(problem.trim()) ?? [];
  const reason = status === undefined ? "the registry cannot be reached" : `the registry answers ${status}`;
  console.log(`Advisories were not checked: ${reason}.`);
} else {
  for (const finding of findings) console.log(describe(finding));
  console.log(`${findings.length} known advisories concern packages that ship.`);
  process.exitCode = findings.length === 0 ? 0 : 1;
}

function describe({ name, severity, title, url, vulnerableVersions }: Finding): string {
  return `${name} ${vulnerableVersions}: ${title} (${severity}), ${url}`;
}
