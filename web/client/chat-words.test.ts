import { expect, test } from "bun:test";
import { chatScriptTexts } from "../views/chat-script-texts.ts";
import { commandErrorText, refusalText } from "./chat-words.ts";

test("a refusal is said by its code, with the time that it takes", () => {
  const refusal = { code: "slow-mode", message: "In English", retryAfterMs: 29_001 } as const;
  expect(refusalText(chatScriptTexts.en, refusal, "en")).toBe("Slow mode is on: you can write again in 30 seconds.");
  expect(refusalText(chatScriptTexts.id, refusal, "id")).toBe(
    "Mode lambat aktif: Anda bisa menulis lagi dalam 30 detik.",
  );
});

test("what only a defect of the page brings about is said in the server's words", () => {
  expect(refusalText(chatScriptTexts.id, { code: "malformed", message: "This is no message." }, "id")).toBe(
    "This is no message.",
  );
});

test("a command that is wrong is shown as it is typed", () => {
  const usageOf = (name: string): string => `/${name} nama`;
  expect(commandErrorText(chatScriptTexts.id, { code: "usage", name: "ban" }, usageOf)).toBe(
    "Ketik seperti ini: /ban nama",
  );
  expect(commandErrorText(chatScriptTexts.en, { code: "unknown", word: "dance" }, usageOf)).toBe(
    "There is no command /dance. Type /help for those that there are.",
  );
  expect(commandErrorText(chatScriptTexts.en, { code: "word-length", min: 2 }, usageOf)).toBe(
    "A blocked word has 2 to 50 characters.",
  );
});
