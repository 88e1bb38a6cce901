import { expect, test } from "bun:test";
import { maxLinks, readStreamForm, readTextForm } from "./channel-form.ts";

const typed = { title: "Wayang", category: "", tags: "", language: "", isMature: false };
const read = (change: Partial<typeof typed>) => readStreamForm({ ...typed, ...change }, ["music"]);

test("what a stream is about, as it was typed and as it is kept", () => {
  expect(
    read({
      title: "  Wayang\n kulit ",
      category: "music",
      tags: "#Gamelan, live music ,gamelan,, Été\u0301",
      language: "jv",
      isMature: true,
    }),
  ).toEqual({
    facts: {
      title: "Wayang kulit",
      categoryId: "music",
      tags: ["gamelan", "live-music", "été\u0301".normalize("NFC")],
      language: "jv",
      isMature: true,
    },
  });
});

test.each([
  [{ title: "x".repeat(141) }, { title: "title-too-long" }],
  [{ category: "gone" }, { category: "category-unknown" }],
  [{ tags: "a" }, { tags: "tag-invalid" }],
  [{ tags: "---" }, { tags: "tag-invalid" }],
  [{ tags: "ok, not<ok>" }, { tags: "tag-invalid" }],
  [{ tags: "x".repeat(26) }, { tags: "tag-invalid" }],
  [{ tags: Array.from({ length: 11 }, (_, index) => `tag${index}`).join() }, { tags: "tags-too-many" }],
  [{ language: "tlh" }, { language: "language-unknown" }],
  [
    { title: "x".repeat(141), language: "x" },
    { title: "title-too-long", language: "language-unknown" },
  ],
])("%j is refused at its field", (change, errors) => {
  expect(read(change)).toEqual({ errors } as ReturnType<typeof read>);
});

test("the longest of everything is taken", () => {
  const tags = Array.from({ length: 10 }, (_, index) => `${"\u{1d4d0}".repeat(24)}${index}`).join();
  expect(read({ title: "\u{1f3ad}".repeat(140), tags })).toHaveProperty("facts");
  expect(read({ title: " \u200d " })).toMatchObject({ facts: { title: "" } });
});

test("links lead to the web, have titles, and empty lines are left out", () => {
  const { text, errors } = readTextForm({
    about: "\u202eHi\r\nthere\u0007 ",
    links: [
      { title: "Site", url: "https://a.example/x" },
      { title: "", url: "" },
      { title: " Shop ", url: "shop.example.org/all" },
    ],
  });
  expect(errors).toBeNull();
  expect(text).toEqual({
    about: "Hi\nthere",
    links: [
      { title: "Site", url: "https://a.example/x" },
      { title: "Shop", url: "https://shop.example.org/all" },
    ],
  });
});

test.each([
  "javascript:alert(1)",
  "JAVASCRIPT:alert(1)",
  "data:text/html,x",
  "ftp://a.example",
  "/studio",
  "//a.example",
  "x",
])("a link to %j is refused", (url) => {
  expect(readTextForm({ about: "", links: [{ title: "a", url }] }).errors).toEqual({
    links: [{ url: "link-url-invalid" }],
  });
});

test("bounds of the text", () => {
  const link = { title: "a", url: "https://a.example" };
  expect(readTextForm({ about: "x".repeat(4_001), links: [] }).errors?.about).toBe("about-too-long");
  expect(readTextForm({ about: "x".repeat(4_000), links: [] }).errors).toBeNull();
  expect(readTextForm({ about: "", links: Array.from({ length: 20 }, () => link) }).text.links.length).toBe(maxLinks);
  const wrong = [
    { title: "", url: link.url },
    { title: "x".repeat(61), url: `https://a.example/${"x".repeat(300)}` },
  ];
  expect(readTextForm({ about: "", links: wrong }).errors?.links).toEqual([
    { title: "link-title-missing" },
    { title: "link-title-too-long", url: "link-url-too-long" },
  ]);
});
