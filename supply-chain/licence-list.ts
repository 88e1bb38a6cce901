import { copyrightOf, type ShippedPackage, sourceOf } from "./shipped-packages.ts";

/** Licences that let anybody run, change and pass on the whole. `BSD-0-Clause` is how htmx writes 0BSD. */
const permissive = new Set("MIT ISC Apache-2.0 BSD-2-Clause BSD-3-Clause 0BSD BSD-0-Clause BlueOak-1.0.0".split(" "));

/** Whether one of the licences to choose from is permissive in all its parts. */
export function isPermissive(license: string): boolean {
  const choices = license.replace(/[()]/g, "").split(" OR ");
  return choices.some((choice) => choice.split(" AND ").every((part) => permissive.has(part)));
}

/** docs/licences.md: the same on every platform, so that builds for one of them are not in it. */
export function renderLicenceList(packages: readonly ShippedPackage[]): string {
  const rows = packages
    .filter(({ manifest }) => manifest.os === undefined && manifest.cpu === undefined)
    .map((each) => {
      const { name, version, license = "none" } = each.manifest;
      const source = sourceOf(each);
      const shown = source === null ? name : `[${name}](${source})`;
      return [shown, version, license, copyrightOf(each) ?? "its authors"];
    });
  return `# Licences of what ships with Panggung

Panggung itself is under the [MIT licence](../LICENSE). It runs on these packages, and hands some of them to browsers. Their licences let
anybody run, change and pass on the whole; each package's own text is in its folder of \`node_modules\`. Builds for one platform (of Bun and
libSQL) are under the licence of the package that asks for them. Bun contains JavaScriptCore, which is under the LGPL 2.1. The
container images add Debian's packages, with their texts in \`/usr/share/doc\`, and a part of ffmpeg (LGPL 2.1 or later, unchanged, from Debian's source) with
dav1d (BSD-2-Clause), with theirs in \`/usr/local/share/doc\`. They run Caddy (Apache-2.0) and coturn (BSD-3-Clause) beside it.

\`npm run licences\` writes this list; a test says when it is not what is installed.

${renderTable([["package", "version", "licence", "copyright"], ...rows])}
`;
}

/** As the formatter writes tables, so that the written file passes its check. */
function renderTable(rows: readonly string[][]): string {
  const [head = []] = rows;
  const widths = head.map((_, column) => Math.max(...rows.map((row) => Bun.stringWidth(row[column] ?? ""))));
  const pad = (text: string, column: number): string =>
    text + " ".repeat((widths[column] ?? 0) - Bun.stringWidth(text));
  const lines = rows.map((row) => `| ${row.map(pad).join(" | ")} |`);
  return lines.toSpliced(1, 0, `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`).join("\n");
}
