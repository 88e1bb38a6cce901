import type { ChatAction } from "../../api/contract/chat-actions.ts";
import { durationText } from "../contract/duration-text.ts";
import type { Language } from "../contract/language.ts";

/** What the log of a chat says of an action, before and after the name of whom it was done to. */
type Words = [before: string, after?: string];
type Action = ChatAction["action"];
/** `detail` is the value that was set, as the log keeps it. */
type WordsOf = Record<Action, (detail: string) => Words>;

const isOn = (detail: string): boolean => detail === "on" || detail === "true";

const english: WordsOf = {
  delete: () => ["removed a message of"],
  timeout: (seconds) => ["kept", `from writing for ${durationText(Number(seconds), "en")}`],
  ban: () => ["banned"],
  unban: () => ["let", "write again"],
  slow: (seconds) => [
    Number(seconds) === 0 ? "turned slow mode off" : `set slow mode to ${durationText(Number(seconds), "en")}`,
  ],
  followers: (minutes) => {
    if (minutes === "" || minutes === "off") return ["let everyone write"];
    if (minutes === "0") return ["let only followers write"];
    return [`let only those write who have followed for ${durationText(Number(minutes) * 60, "en")}`];
  },
  "signed-in": (detail) => [
    isOn(detail) ? "hid the chat from people who are not signed in" : "showed the chat to everyone",
  ],
  "emoji-only": (detail) => [isOn(detail) ? "let only emoji through" : "let all text through"],
  duplicates: (detail) => [
    isOn(detail) ? "allowed to say the same thing twice" : "forbade to say the same thing twice",
  ],
  links: (detail) => [isOn(detail) ? "allowed links" : "forbade links"],
  "block-word": (word) => [`blocked the word “${word}”`],
  "unblock-word": (word) => [`allowed the word “${word}” again`],
  pin: () => ["pinned a message of"],
  unpin: () => ["took down the pinned message"],
  mod: () => ["made", "a moderator"],
  unmod: () => ["ended that", "is a moderator"],
};

const indonesian: WordsOf = {
  delete: () => ["menghapus pesan"],
  timeout: (seconds) => ["menjeda", `selama ${durationText(Number(seconds), "id")}`],
  ban: () => ["memblokir"],
  unban: () => ["mengizinkan", "menulis lagi"],
  slow: (seconds) => [
    Number(seconds) === 0 ? "mematikan mode lambat" : `menyetel mode lambat ke ${durationText(Number(seconds), "id")}`,
  ],
  followers: (minutes) => {
    if (minutes === "" || minutes === "off") return ["membuka obrolan untuk semua orang"];
    if (minutes === "0") return ["membatasi obrolan untuk pengikut"];
    return [`membatasi obrolan untuk yang sudah mengikuti selama ${durationText(Number(minutes) * 60, "id")}`];
  },
  "signed-in": (detail) => [
    isOn(detail) ? "menyembunyikan obrolan dari yang belum masuk" : "menampilkan obrolan kepada semua orang",
  ],
  "emoji-only": (detail) => [isOn(detail) ? "hanya mengizinkan emoji" : "mengizinkan semua teks"],
  duplicates: (detail) => [isOn(detail) ? "mengizinkan pesan yang sama diulang" : "melarang pesan yang sama diulang"],
  links: (detail) => [isOn(detail) ? "mengizinkan tautan" : "melarang tautan"],
  "block-word": (word) => [`melarang kata “${word}”`],
  "unblock-word": (word) => [`mengizinkan lagi kata “${word}”`],
  pin: () => ["menyematkan pesan"],
  unpin: () => ["melepas pesan yang disematkan"],
  mod: () => ["menjadikan", "moderator"],
  unmod: () => ["mencopot", "sebagai moderator"],
};

const words: Record<Language, WordsOf> = { en: english, id: indonesian };

export const wordsOf = (action: Action, detail: string | null, language: Language): Words =>
  words[language][action](detail ?? "");
