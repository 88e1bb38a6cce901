import { expect, test } from "bun:test";
import { partsOf, type TextPart } from "./line-text.ts";

const text = (value: string): TextPart => ({ type: "text", text: value });
const link = (href: string, shown = href.replace(/^https?:\/\//, "").replace(/\/$/, "")): TextPart => ({
  type: "link",
  text: shown,
  href,
});

test.each([
  ["see https://example.com.", [text("see "), link("https://example.com/"), text(".")]],
  ["(https://example.com/a_(b))", [text("("), link("https://example.com/a_(b)"), text(")")]],
  ["http://example.com/?q=1, yes", [link("http://example.com/?q=1"), text(", yes")]],
  ["https://example.com/a\u202egnp", [link("https://example.com/a%E2%80%AEgnp")]],
  ["https://аррӏе.com", [link("https://xn--80ak6aa92e.com/")]],
])("%s", (line, parts) => expect(partsOf(line)).toEqual(parts));

test.each([
  "javascript:alert(1)",
  "data:text/html,hi",
  "ftp://example.com",
  "https://",
  "https://a@evil.example",
  "<b>",
])("%s is no link", (line) => expect(partsOf(line)).toEqual([{ type: "text", text: line }]));

test("a long address is shortened after its host, and leads where it did", () => {
  const href = `https://example.com/${"long/".repeat(40)}`;
  expect(partsOf(href)).toEqual([link(href, `example.com/${"long/".repeat(40)}`.slice(0, 48) + "…")]);
  const host = `${"a".repeat(60)}.example`;
  expect(partsOf(`https://${host}/path`)).toEqual([link(`https://${host}/path`, `${host}/…`)]);
});

test("mentions are names with an @ that nothing precedes", () => {
  expect(partsOf("hi @Ibu_Sari, and @budi!")).toEqual([
    { type: "text", text: "hi " },
    { type: "mention", text: "@Ibu_Sari", name: "ibu_sari" },
    { type: "text", text: ", and " },
    { type: "mention", text: "@budi", name: "budi" },
    { type: "text", text: "!" },
  ]);
  for (const line of ["mail me@example.com", "@ab", "@@budi", "a@budi"])
    expect(partsOf(line)).toEqual([{ type: "text", text: line }]);
});

test("nothing of the text is lost", () => {
  for (const line of ["", "a https://example.com b @budi c", "👩‍👩‍👧 @budi https://x.y"]) {
    const parts = partsOf(line);
    expect(parts.filter(({ type }) => type !== "link").every((part) => line.includes(part.text))).toBe(true);
    expect(parts.length > 0).toBe(line !== "");
  }
});
