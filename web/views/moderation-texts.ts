import type { Language } from "../contract/language.ts";

/** The moderation page of a chat; moderation-words.ts has the sentences of its log. */
const english = {
  title: (name: string) => `Chat of ${name}`,
  openChannel: "Open the channel page",

  rules: "Rules",
  rulesHint: "They hold at once in every open chat. Moderators, the streamer and administrators are free of them.",
  whoMayWrite: "Who may write",
  everyone: "Everyone who is signed in",
  followers: "Followers",
  followersFor: (duration: string) => `Followers for ${duration} or longer`,
  slow: "Slow mode: time between two messages of one person",
  off: "Off",
  moreRules: "More rules",
  signedInOnly: "Only people who are signed in see the chat",
  emojiOnly: "Emoji only",
  noDuplicates: "Nobody may say the same thing twice within 30 seconds",
  noLinks: "No links",
  saveRules: "Save rules",

  commands: "Commands",
  commandsHint: "To be typed in the chat instead of a message.",

  words: "Blocked words",
  wordsHint:
    "A message with one of these is not shown. A * at the end stands for any ending. Moderators are not bound by them.",
  noWords: "No word is blocked.",
  unblock: "Unblock",
  word: "Word",
  block: "Block",

  moderators: "Moderators",
  moderatorsHint: "They remove messages, ban people and change these rules. Only the streamer says who they are.",
  noModerators: "There is no moderator yet.",
  remove: "Remove",
  /** After the name, for those who do not see the row. */
  asModerator: "as moderator",
  name: "Name",
  makeModerator: "Make moderator",

  bans: "Bans and timeouts",
  noBans: "Everybody may write.",
  banned: "Banned",
  mayNotWriteUntil: "May not write until",
  by: "by",
  unban: "Unban",
  moreBans: "More bans",
  howLong: "How long",
  forEver: "For ever",
  why: "Why (for the log)",
  keepFromWriting: "Keep from writing",
  bansHint: "Their messages of the last 24 hours are removed too.",

  log: "Log",
  noLog: "Nothing was moderated yet. Who did what, and why, is kept here.",
  olderLog: "Older entries",
  somebodyGone: "Somebody whose account is gone",
};

const indonesian: typeof english = {
  title: (name) => `Obrolan ${name}`,
  openChannel: "Buka halaman kanal",

  rules: "Aturan",
  rulesHint: "Langsung berlaku di setiap obrolan yang terbuka. Moderator, penyiar, dan administrator tidak terikat.",
  whoMayWrite: "Siapa yang boleh menulis",
  everyone: "Semua yang sudah masuk",
  followers: "Pengikut",
  followersFor: (duration) => `Pengikut minimal ${duration}`,
  slow: "Mode lambat: jarak waktu antara dua pesan dari orang yang sama",
  off: "Mati",
  moreRules: "Aturan lain",
  signedInOnly: "Hanya yang sudah masuk yang melihat obrolan",
  emojiOnly: "Hanya emoji",
  noDuplicates: "Pesan yang sama tidak boleh diulang dalam 30 detik",
  noLinks: "Tanpa tautan",
  saveRules: "Simpan aturan",

  commands: "Perintah",
  commandsHint: "Diketik di obrolan sebagai ganti pesan.",

  words: "Kata terlarang",
  wordsHint:
    "Pesan yang memuat salah satunya tidak ditampilkan. Tanda * di akhir berarti akhiran apa pun. Moderator tidak terikat.",
  noWords: "Belum ada kata yang dilarang.",
  unblock: "Izinkan",
  word: "Kata",
  block: "Larang",

  moderators: "Moderator",
  moderatorsHint:
    "Mereka menghapus pesan, memblokir orang, dan mengubah aturan ini. Hanya penyiar yang menunjuk mereka.",
  noModerators: "Belum ada moderator.",
  remove: "Copot",
  asModerator: "sebagai moderator",
  name: "Nama",
  makeModerator: "Jadikan moderator",

  bans: "Blokir dan jeda",
  noBans: "Semua orang boleh menulis.",
  banned: "Diblokir",
  mayNotWriteUntil: "Tidak boleh menulis sampai",
  by: "oleh",
  unban: "Cabut larangan",
  moreBans: "Selanjutnya",
  howLong: "Berapa lama",
  forEver: "Selamanya",
  why: "Alasan (untuk catatan)",
  keepFromWriting: "Larang menulis",
  bansHint: "Pesannya dalam 24 jam terakhir ikut dihapus.",

  log: "Catatan",
  noLog: "Belum ada yang dimoderasi. Siapa melakukan apa, dan mengapa, tercatat di sini.",
  olderLog: "Catatan sebelumnya",
  somebodyGone: "Seseorang yang akunnya sudah tidak ada",
};

export type ModerationTexts = typeof english;
export const moderationTexts: Record<Language, ModerationTexts> = { en: english, id: indonesian };
