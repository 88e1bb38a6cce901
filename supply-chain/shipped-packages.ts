import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** The packages of others that the product runs on or hands to browsers: what development alone needs is not among them. [I/O] */

export interface Manifest {
  name: string;
  version: string;
  license?: string;
  homepage?: string;
  repository?: string | { url?: string };
  author?: string | { name?: string };
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
  trustedDependencies?: string[];
  /** A build for one platform names it here. */
  os?: string[];
  cpu?: string[];
}

export interface ShippedPackage {
  /** Where it is installed. */
  folder: string;
  manifest: Manifest;
}

export const projectRoot = dirname(import.meta.dir);

export const readManifest = (folder: string): Manifest =>
  JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Manifest;

/** Where `name` is found from a package's folder, as Node looks it up; null where it is not installed (another platform's). */
function find(name: string, from: string): string | null {
  for (let folder = from; ; folder = dirname(folder)) {
    const candidate = join(folder, "node_modules", name);
    if (existsSync(join(candidate, "package.json"))) return candidate;
    if (folder === projectRoot || folder === dirname(folder)) return null;
  }
}

/** Every package that is there at run time, with those that it needs itself; by name, then version, each version once. */
export function shippedPackages(): ShippedPackage[] {
  const visited = new Set<string>();
  const found = new Map<string, ShippedPackage>();
  const visit = (folder: string): void => {
    const { dependencies, optionalDependencies } = readManifest(folder);
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies })) {
      const at = find(name, folder);
      if (at === null || visited.has(at)) continue;
      visited.add(at);
      const each = { folder: at, manifest: readManifest(at) };
      found.set(identity(each), each);
      visit(at);
    }
  };
  visit(projectRoot);
  return [...found.values()].toSorted((a, b) => (identity(a) < identity(b) ? -1 : 1));
}

const identity = ({ manifest }: ShippedPackage): string => `${manifest.name} ${manifest.version}`;

/** Whose work it is, as the package's licence says, or else its author; null: neither names anybody. */
export function copyrightOf({ folder, manifest }: ShippedPackage): string | null {
  for (const file of readdirSync(folder).filter((name) => /^(licen[cs]e|copying|notice)/i.test(name))) {
    const text = readFileSync(join(folder, file), "utf8");
    const [line] = /^[^\S\n]*(?:©|\(c\)|copyright)[^\S\n]+(?:©|\(c\)|\d|[A-Z]).*$/im.exec(text) ?? [];
    if (line !== undefined && !/\[yyyy\]|\{yyyy\}|copyright (owner|notice|holder|law|license)/i.test(line)) {
      return withoutContact(line.replace(/\.? *All rights reserved\.?$/i, ""));
    }
  }
  const author = typeof manifest.author === "string" ? manifest.author : manifest.author?.name;
  return author === undefined ? null : withoutContact(author);
}

/** Names alone: addresses of mail and of sites are not needed, and the former are for spammers. */
const withoutContact = (text: string): string =>
  text
    .replace(/ *<+[^>]*>+/g, "")
    .replace(/ *\([^)]*[@/.][^)]*\)/g, "")
    .replace(/ \S+@\S+/g, "")
    .replace(/[.;, ]+$/, "")
    .trim();

/** Where its source is, as an https address; null: it does not say. */
export function sourceOf({ manifest }: ShippedPackage): string | null {
  const { repository, homepage } = manifest;
  const written = (typeof repository === "string" ? repository : repository?.url) ?? homepage ?? "";
  const [, path] =
    /^(?:github:|(?:git\+)?(?:https?|git|ssh):\/\/(?:git@)?github\.com\/|git@github\.com:)?([\w.-]+\/[\w.-]+?)(?:\.git)?(?:#.*)?$/.exec(
      written,
    ) ?? [];
  if (path !== undefined) return `https://github.com/${path}`;
  return written.startsWith("https://") ? written.replace(/\.git$/, "") : null;
}
