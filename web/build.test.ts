import { expect, test } from "bun:test";
import { gunzipSync } from "node:zlib";
import { buildAssets } from "./build.ts";

const { assets, files } = await buildAssets();
const textOf = (path: string): string => new TextDecoder().decode(files.get(path)?.body);

test("every asset is there, compressed, under a name that follows its content", async () => {
  const again = await buildAssets();
  expect(again.assets).toEqual(assets);
  for (const path of Object.values<string>({ ...assets })) {
    const file = files.get(path);
    expect(path).toMatch(/^\/static\/[a-z-]+-[0-9a-f]{12}\.(js|css|svg|json|jpg)$/);
    // A photograph is compressed as it is.
    if (path.endsWith(".jpg")) continue;
    expect(new TextDecoder().decode(gunzipSync(file?.gzip ?? new Uint8Array()))).toBe(textOf(path));
    expect(file?.brotli?.length).toBeLessThan(file?.body.length ?? 0);
  }
});

const areas = { stage: assets.stageCss, desk: assets.deskCss, studio: assets.studioCss, call: assets.callCss };
const ofEveryPage = textOf(assets.css);

test("the style sheet of every page names the order of the layers first", () => {
  expect(ofEveryPage).toStartWith("@layer reset,tokens,base,parts,art,pages,player,chat;");
});

test.each(Object.entries(areas))("the styles of the %s need none of another area, and load nothing", (_, path) => {
  const css = textOf(path);
  const targets = [...(ofEveryPage + css).matchAll(/url\(["']?([^)]{0,20})/g)].map(([, target]) => target ?? "");
  expect(targets.filter((target) => !target.startsWith("data:image/svg+xml"))).toEqual([]);
  const all = ofEveryPage + css;
  const names = [...css.matchAll(/var\((--[\w-]+)\)/g)].map(([, name = ""]) => name);
  // The colour of somebody in a call is set by its script.
  expect(names.filter((name) => name !== "--person" && !all.includes(`${name}:`))).toEqual([]);
});

test("a message that comes costs no styles but its own", () => {
  // Chromium computes those of the whole list again where :has looks into a line, at an attribute, or serves any element.
  const selectors = (ofEveryPage + textOf(assets.stageCss)).match(/[^{},;]*:has\([^{]*/g) ?? [];
  expect(selectors.length).toBeGreaterThan(5);
  expect(selectors.filter((selector) => /chat-line|\[hidden\]|> ?\*/.test(selector))).toEqual([]);
});

test("the emoji picker writes no style that the pages' policy refuses", () => {
  expect(textOf(assets.emoji)).toContain(".style.cssText=");
});

test("the pages' scripts stay small", () => {
  const bytesOf = (...paths: string[]): number =>
    paths.reduce((sum, path) => sum + (files.get(path)?.gzip?.length ?? 0), 0);
  expect(bytesOf(assets.css, assets.htmx, assets.sse, assets.page)).toBeLessThan(32_000);
  expect(bytesOf(assets.css, assets.stageCss, assets.player, assets.page)).toBeLessThan(150_000);
  expect(files.get(assets.chat)?.brotli?.length).toBeLessThan(15_000);
  expect(files.get(assets.call)?.brotli?.length).toBeLessThan(45_000);
  expect(files.get(assets.callCss)?.brotli?.length).toBeLessThan(9_000);
});
