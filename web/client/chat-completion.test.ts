import { expect, test } from "bun:test";
import type { ChatCommandName } from "../contract/chat-commands.ts";
import { chatCommandTexts } from "../views/chat-command-texts.ts";
import { completionAt } from "./chat-completion.ts";
import type { FoundEmoji } from "./emoji-search.ts";

const smiles = [
  { emoji: "😄", shortcode: "smile" },
  { emoji: "😏", shortcode: "smirk" },
];
const viewer = {
  people: [{ name: "citra" }, { name: "budi", displayName: "Mas Budi" }, { name: "ibu_sari" }],
  mayModerate: false,
  isStreamer: false,
  commandText: (name: ChatCommandName) => chatCommandTexts.en[name],
  findEmoji: (start: string): FoundEmoji[] => smiles.filter(({ shortcode }) => shortcode.startsWith(start)),
};
const moderator = { ...viewer, mayModerate: true };
const inserts = (text: string, known = viewer): string[] =>
  completionAt(text, text.length, known)?.options.map(({ insert }) => insert) ?? [];

test("names of those who wrote, latest first, where an @ begins a word", () => {
  expect(inserts("hi @")).toEqual(["@citra ", "@budi ", "@ibu_sari "]);
  expect(inserts("hi @Ib")).toEqual(["@ibu_sari "]);
  expect(completionAt("hi @bu!", 6, viewer)).toMatchObject({ from: 3, to: 6 });
  expect(inserts("hi @budi")).toEqual([]);
  expect(inserts("a@bu")).toEqual([]);
});

test("who is called something else is found by that too", () => {
  expect(completionAt("@mas", 4, viewer)?.options).toEqual([{ insert: "@budi ", label: "Mas Budi", hint: "@budi" }]);
});

test("commands at the start of the line, those that one may use", () => {
  expect(inserts("/")).toEqual(["/me ", "/help"]);
  expect(inserts("/un", moderator)).toEqual(["/unban ", "/unique ", "/unblock ", "/unpin"]);
  expect(inserts("/un", { ...moderator, isStreamer: true })).toContain("/unmod ");
  expect(inserts("say /me")).toEqual([]);
});

test("a command about somebody completes their name", () => {
  expect(inserts("/ban ", moderator)).toEqual(["citra ", "budi ", "ibu_sari "]);
  expect(inserts("/timeout ci", moderator)).toEqual(["citra "]);
  expect(inserts("/timeout citra 10", moderator)).toEqual([]);
});

test("emoji by their shortcodes, where a colon begins a word", () => {
  expect(inserts("hi :smi")).toEqual(["😄 ", "😏 "]);
  expect(completionAt("hi :smi", 7, viewer)?.options[0]).toMatchObject({ label: "😄", hint: ":smile:" });
  expect(["12:smi", "http://smi:80", ":s", ":D", ":-)", "::sm", ":nothing"].flatMap((text) => inserts(text))).toEqual(
    [],
  );
});

test("a shortcode that is typed to its end is that emoji", () => {
  expect(completionAt("hi :smile:", 10, viewer)).toMatchObject({ from: 3, to: 10, isWhole: true });
  expect(inserts("hi :smile:")).toEqual(["😄 "]);
  expect(inserts("hi :smi:")).toEqual([]);
});

test("commands are explained in the language of the page", () => {
  const known = { ...viewer, commandText: (name: ChatCommandName) => chatCommandTexts.id[name] };
  expect(completionAt("/me", 3, known)?.options).toEqual([
    { insert: "/me ", label: "/me melambai", hint: "Menulis apa yang Anda lakukan, bukan yang Anda katakan." },
  ]);
});

test("a long text that was pasted costs no time", () => {
  const pasted = `${"a".repeat(60_000)} @bu`;
  const startMs = performance.now();
  expect(completionAt(pasted, pasted.length, viewer)?.options).toHaveLength(1);
  // At each of 60 000 places a search of its own takes seconds.
  expect(performance.now() - startMs).toBeLessThan(500);
});
