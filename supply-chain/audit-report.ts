import { z } from "zod";

/** What the registry answers to `bun audit --json`: for each package that something is known against, what it is. */
const Report = z.record(
  z.string(),
  z.array(
    z.object({
      title: z.string(),
      url: z.string().default("no address"),
      severity: z.string().default("of unknown severity"),
      vulnerable_versions: z.string().default(""),
    }),
  ),
);

export interface Finding {
  name: string;
  title: string;
  url: string;
  severity: string;
  /** A range of versions. */
  vulnerableVersions: string;
}

/** Reads the report; null when this is none, which is what a registry that refuses or is away leaves. */
export function findingsIn(output: string): Finding[] | null {
  let json: unknown;
  try {
    json = JSON.parse(output);
  } catch {
    return null;
  }
  const report = Report.safeParse(json);
  if (!report.success) return null;
  return Object.entries(report.data).flatMap(([name, advisories]) =>
    advisories.map(({ title, url, severity, vulnerable_versions: vulnerableVersions }) => ({
      name,
      title,
      url,
      severity,
      vulnerableVersions,
    })),
  );
}
