import { expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const sheetOf = (name: string): string => {
  const text = readFileSync(join(import.meta.dir, "static", `${name}.css`), "utf8");
  return text + Array.from(text.matchAll(/@import "\.\/([\w-]+)\.css"/g), ([, other = ""]) => sheetOf(other)).join("");
};

/** A rule that lies on another area's sheet leaves a white square in its place. */
test("every icon of the call is drawn by the sheets that its page loads", () => {
  const folder = join(import.meta.dir, "client", "call", "ui");
  const sources = readdirSync(folder).map((name) => readFileSync(join(folder, name), "utf8"));
  const used = sources.flatMap((source) =>
    Array.from(source.matchAll(/\bicon(?:: |\(|Button\("[^"]+", )"([a-z-]+)"/g), ([, name = ""]) => name),
  );
  expect(used.length).toBeGreaterThan(20);
  const sheets = sheetOf("style") + sheetOf("call");
  expect(used.filter((name) => !sheets.includes(`.icon-${name} {`))).toEqual([]);
});

test("the call colours names", () => {
  expect(sheetOf("call")).toContain("--name-0:");
});
