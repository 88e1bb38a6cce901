import { expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** What comes with the product from others: under which licences, and what may run at installation. */

interface Manifest {
  name: string;
  version: string;
  license?: string;
  dependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
  trustedDependencies?: string[];
}

/** Licences that let anybody run, change and pass on the whole. `BSD-0-Clause` is how htmx writes 0BSD. */
const permissive = new Set("MIT ISC Apache-2.0 BSD-2-Clause BSD-3-Clause 0BSD BSD-0-Clause BlueOak-1.0.0".split(" "));
const root = import.meta.dir;
const read = (folder: string): Manifest => JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Manifest;

/** Where `name` is found from a package's folder, as Node looks it up; null where it is not installed (another platform's). */
function find(name: string, from: string): string | null {
  for (let folder = from; ; folder = dirname(folder)) {
    const candidate = join(folder, "node_modules", name);
    if (existsSync(join(candidate, "package.json"))) return candidate;
    if (folder === root || folder === dirname(folder)) return null;
  }
}

/** Every package that is there at run time, by its folder. */
function runtimePackages(): Map<string, Manifest> {
  const found = new Map<string, Manifest>();
  const visit = (folder: string): void => {
    const { dependencies, optionalDependencies } = read(folder);
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies })) {
      const at = find(name, folder);
      if (at === null || found.has(at)) continue;
      found.set(at, read(at));
      visit(at);
    }
  };
  visit(root);
  return found;
}

test("every package of the product has a permissive licence", () => {
  const packages = [...runtimePackages().values()];
  expect(packages.length).toBeGreaterThan(20);
  const others = packages.filter(({ license = "none" }) => {
    const choices = license.replace(/[()]/g, "").split(" OR ");
    return !choices.some((choice) => choice.split(" AND ").every((part) => permissive.has(part)));
  });
  expect(others.map(({ name, license }) => `${name}: ${license}`)).toEqual([]);
});

test("direct dependencies are pinned exactly, and nothing but Bun runs a script at installation", () => {
  const { dependencies, trustedDependencies } = read(root);
  expect(Object.values(dependencies ?? {}).filter((version) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
  expect(trustedDependencies).toEqual(["bun"]);
});

test("the lockfile names no registry", () => {
  expect(readFileSync(join(root, "bun.lock"), "utf8")).not.toMatch(/https?:\/\//);
});
