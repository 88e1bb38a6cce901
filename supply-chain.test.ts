import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { findingsIn } from "./supply-chain/audit-report.ts";
import { isPermissive, renderLicenceList } from "./supply-chain/licence-list.ts";
import { projectRoot, readManifest, shippedPackages } from "./supply-chain/shipped-packages.ts";

/** What comes with the product from others: under which licences, in which versions, and what may run at installation. */

const read = (path: string): string => readFileSync(join(projectRoot, path), "utf8");

test("every package of the product has a permissive licence", () => {
  const packages = shippedPackages();
  expect(packages.length).toBeGreaterThan(20);
  const others = packages.filter(({ manifest }) => !isPermissive(manifest.license ?? "none"));
  expect(others.map(({ manifest: { name, license } }) => `${name}: ${license}`)).toEqual([]);
});

test.each([
  ["MIT", true],
  ["(MIT OR GPL-3.0)", true],
  ["MIT AND GPL-3.0", false],
  ["GPL-3.0", false],
  ["none", false],
])("whether anybody may use what is under %s: %p", (license, isFine) => {
  expect(isPermissive(license)).toBe(isFine);
});

test("docs/licences.md is what `npm run licences` writes", () => {
  expect(read("docs/licences.md")).toBe(renderLicenceList(shippedPackages()));
});

test("what is asked for is pinned exactly, and nothing but Bun runs a script at installation", () => {
  const { dependencies, devDependencies, trustedDependencies } = readManifest(projectRoot);
  const versions = Object.entries({ ...dependencies, ...devDependencies });
  expect(versions.length).toBeGreaterThan(30);
  expect(versions.filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
  expect(trustedDependencies).toEqual(["bun"]);
});

test("the lockfile names no registry, and a hash for each package", () => {
  const lock = read("bun.lock");
  expect(lock).not.toMatch(/https?:\/\//);
  const packages = lock.slice(lock.indexOf('"packages": {')).match(/^ {4}".+": \[.*$/gm) ?? [];
  expect(packages.length).toBeGreaterThan(100);
  expect(packages.filter((line) => !/"sha512-[A-Za-z0-9+/]{86}=="\],$/.test(line))).toEqual([]);
});

test("advisories are read from the registry's answer, and anything else is no answer", () => {
  const known = {
    title: "Reads beyond its end",
    url: "https://advisories.example/1",
    severity: "high",
    vulnerable_versions: "<1.2.3",
    id: 1,
  };
  expect(findingsIn(JSON.stringify({ "some-package": [known] }))).toEqual([
    {
      name: "some-package",
      title: known.title,
      url: known.url,
      severity: "high",
      vulnerableVersions: "<1.2.3",
    },
  ]);
  expect(findingsIn("{}")).toEqual([]);
  expect(["", "error: 405", '{"error":"no"}', "[]"].map(findingsIn)).toEqual([null, null, null, null]);
});
