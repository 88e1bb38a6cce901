import { expect, test } from "bun:test";
import { nameColors } from "../signaling/contract/chat.ts";

/** Names can be read: 4.5 to 1 (WCAG 1.4.3) on the ground of the list, of a line under the pointer and of a mention. */

const sheets = ["tokens", "name-colors", "chat-list"].map((name) =>
  Bun.file(new URL(`static/${name}.css`, import.meta.url)).text(),
);
const css = (await Promise.all(sheets)).join("\n");

/** A token's two colours. */
function token(name: string): { light: string; dark: string } {
  const [, light, dark] = new RegExp(`--${name}: light-dark\\((#[0-9a-f]{6}), (#[0-9a-f]{6})\\)`).exec(css) ?? [];
  if (light === undefined || dark === undefined) throw new Error(`There is no token --${name}`);
  return { light, dark };
}

function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((start) => {
    const value = Number.parseInt(hex.slice(start, start + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].toSorted((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

const names = Array.from({ length: nameColors }, (_, index) => `name-${index}`);

test.each(["surface", "sunken", "mention-ground"])("every colour of a name can be read on --%s", (ground) => {
  const tooFaint = names.flatMap((name) =>
    (["light", "dark"] as const)
      .filter((theme) => contrast(token(name)[theme], token(ground)[theme]) < 4.5)
      .map((theme) => `${name} in the ${theme} theme`),
  );
  expect(tooFaint).toEqual([]);
});

test("no two names share a colour, and each colour has its rule", () => {
  expect(new Set(names.map((name) => token(name).light)).size).toBe(nameColors);
  for (const [index, name] of names.entries()) {
    expect(css).toMatch(new RegExp(`\\[data-color="${index}"\\] \\{\\s+color: var\\(--${name}\\)`));
  }
});
