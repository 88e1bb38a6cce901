import { Picker } from "emoji-picker-element";
import indonesian from "emoji-picker-element/i18n/id.js";

/** The emoji picker, as chat-composer.ts loads it. */

export interface EmojiPicker {
  element: HTMLElement;
  /** Puts the keyboard into its search. */
  focus(): void;
}

/** The picker's own words, where they are English still or read like a machine's. */
const corrected = {
  ...indonesian,
  emojiUnsupportedMessage: "Peramban Anda tidak mendukung emoji berwarna.",
  favoritesLabel: "Sering dipakai",
  loadingMessage: "Memuat…",
  searchDescription:
    "Bila hasil pencarian sudah ada, tekan panah atas atau bawah untuk menelusuri dan Enter untuk memilih.",
  searchLabel: "Cari emoji",
  searchResultsLabel: "Hasil pencarian",
  skinToneDescription: "Bila terbuka, tekan panah atas atau bawah untuk menelusuri dan Enter untuk memilih.",
  skinToneLabel: "Pilih warna kulit (sekarang {skinTone})",
  skinTonesLabel: "Warna kulit",
  skinTones: ["Bawaan", "Terang", "Agak terang", "Sedang", "Agak gelap", "Gelap"],
  categories: {
    ...indonesian.categories,
    custom: "Khusus",
    "smileys-emotion": "Wajah dan perasaan",
    "people-body": "Orang dan tubuh",
    "travel-places": "Perjalanan dan tempat",
    activities: "Kegiatan",
    objects: "Benda",
  },
};

/** `dataSource`: URL of the emoji and their names. `language`: of the page. `onPick` gets what to insert. */
export function openEmojiPicker(dataSource: string, language: string, onPick: (emoji: string) => void): EmojiPicker {
  const picker = new Picker({ dataSource, locale: language, ...(language === "id" ? { i18n: corrected } : {}) });
  const root = picker.shadowRoot;
  // Its style element is inline, which the pages' policy forbids; as a sheet of the script's own it is allowed.
  const style = root?.querySelector("style");
  if (root !== null && style !== null && style !== undefined) {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(style.textContent);
    root.adoptedStyleSheets = [sheet];
    style.remove();
  }
  picker.addEventListener("emoji-click", ({ detail }) => {
    if (detail.unicode !== undefined) onPick(detail.unicode);
  });
  return {
    element: picker,
    focus: () => root?.querySelector<HTMLElement>("input")?.focus(),
  };
}
