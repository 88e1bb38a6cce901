import type { ChatCommandName } from "../contract/chat-commands.ts";
import type { Language } from "../contract/language.ts";

/** How a command is typed, and what it does. Its name is the same in every language. */
export interface CommandText {
  usage: string;
  help: string;
}

const english: Record<ChatCommandName, CommandText> = {
  me: { usage: "/me waves", help: "Says what you do rather than what you say." },
  help: { usage: "/help", help: "Lists these commands." },
  timeout: {
    usage: "/timeout name [10m] [reason]",
    help: "Keeps somebody from writing for a while and removes their messages. Without a time: 10 minutes.",
  },
  ban: {
    usage: "/ban name [reason]",
    help: "Keeps somebody from writing for good and removes their messages.",
  },
  unban: { usage: "/unban name", help: "Ends a ban or a timeout." },
  slow: {
    usage: "/slow [30s|off]",
    help: "Least time between two messages of one person. Without a time: 10 seconds.",
  },
  followers: {
    usage: "/followers [30m|off]",
    help: "Only those who have followed for this long may write. Without a time: all followers.",
  },
  signedin: { usage: "/signedin on|off", help: "Hides the chat from people who are not signed in." },
  emojionly: { usage: "/emojionly on|off", help: "Lets through only emoji." },
  unique: {
    usage: "/unique on|off",
    help: "Stops people from saying the same thing twice within 30 seconds.",
  },
  links: { usage: "/links on|off", help: "Allows links, or not." },
  block: {
    usage: "/block word",
    help: "Stops messages with this word. A * at its end stands for any ending.",
  },
  unblock: { usage: "/unblock word", help: "Allows a blocked word again." },
  unpin: { usage: "/unpin", help: "Takes down the pinned message." },
  mod: { usage: "/mod name", help: "Makes somebody a moderator." },
  unmod: { usage: "/unmod name", help: "Ends that somebody is a moderator." },
};

const indonesian: typeof english = {
  me: { usage: "/me melambai", help: "Menulis apa yang Anda lakukan, bukan yang Anda katakan." },
  help: { usage: "/help", help: "Menampilkan daftar perintah ini." },
  timeout: {
    usage: "/timeout nama [10m] [alasan]",
    help: "Melarang seseorang menulis untuk sementara dan menghapus pesannya. Tanpa waktu: 10 menit.",
  },
  ban: {
    usage: "/ban nama [alasan]",
    help: "Melarang seseorang menulis untuk seterusnya dan menghapus pesannya.",
  },
  unban: { usage: "/unban nama", help: "Mengakhiri blokir atau jeda." },
  slow: {
    usage: "/slow [30s|off]",
    help: "Jarak waktu terpendek antara dua pesan dari orang yang sama. Tanpa waktu: 10 detik.",
  },
  followers: {
    usage: "/followers [30m|off]",
    help: "Hanya yang sudah mengikuti selama ini yang boleh menulis. Tanpa waktu: semua pengikut.",
  },
  signedin: {
    usage: "/signedin on|off",
    help: "Menyembunyikan obrolan dari orang yang belum masuk.",
  },
  emojionly: { usage: "/emojionly on|off", help: "Hanya emoji yang boleh dikirim." },
  unique: {
    usage: "/unique on|off",
    help: "Mencegah orang mengulang pesan yang sama dalam 30 detik.",
  },
  links: { usage: "/links on|off", help: "Mengizinkan atau melarang tautan." },
  block: {
    usage: "/block kata",
    help: "Menahan pesan yang berisi kata ini. Tanda * di akhir berarti akhiran apa pun.",
  },
  unblock: { usage: "/unblock kata", help: "Mengizinkan lagi kata yang dilarang." },
  unpin: { usage: "/unpin", help: "Melepas pesan yang disematkan." },
  mod: { usage: "/mod nama", help: "Menjadikan seseorang moderator." },
  unmod: { usage: "/unmod nama", help: "Mencabut peran moderator dari seseorang." },
};

export const chatCommandTexts: Record<Language, typeof english> = { en: english, id: indonesian };
