import { expect, test } from "bun:test";
import { completionAt } from "./chat-completion.ts";

const viewer = { names: ["citra", "budi", "ibu_sari"], mayModerate: false, isStreamer: false };
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

test("a long text that was pasted costs no time", () => {
  const known = { names: ["budi"], mayModerate: false, isStreamer: false };
  const pasted = `${"a".repeat(60_000)} @bu`;
  const startMs = performance.now();
  expect(completionAt(pasted, pasted.length, known)?.options).toHaveLength(1);
  // At each of 60 000 places a search of its own takes seconds.
  expect(performance.now() - startMs).toBeLessThan(500);
});
