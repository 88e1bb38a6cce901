import type { Language } from "../contract/language.ts";

const english = {
  title: "You cannot stream yet",
  lead: "On this server an administrator decides who may stream. Ask for it here; the server and the key appear in your studio then.",
  why: "What do you want to stream?",
  whyHint: "A sentence or two help to decide. You may leave this empty.",
  ask: "Ask to stream",
  asked: "You have asked to stream",
  askedAt: (day: string) => `You asked on ${day}. An administrator will answer; look in here again.`,
  youWrote: "You wrote:",
  declined: (day: string) => `An administrator said no on ${day}.`,
  askAgain: (day: string) => `You can ask again on ${day}.`,
  tooLong: (most: number) => `Write at most ${most} characters.`,
  notNow: "You have asked already, or you cannot ask right now.",
  back: "Back to the studio",
};

export const askToStreamTexts: Record<Language, typeof english> = {
  en: english,
  id: {
    title: "Anda belum bisa siaran",
    lead: "Di server ini administrator menentukan siapa yang boleh siaran. Ajukan permintaan di sini; setelah disetujui, alamat server dan kunci muncul di studio Anda.",
    why: "Apa yang ingin Anda siarkan?",
    whyHint: "Satu dua kalimat sudah membantu. Boleh juga dikosongkan.",
    ask: "Minta izin siaran",
    asked: "Anda sudah meminta izin siaran",
    askedAt: (day) => `Anda mengajukannya pada ${day}. Administrator akan menjawab; silakan periksa lagi nanti.`,
    youWrote: "Tulisan Anda:",
    declined: (day) => `Administrator menolak pada ${day}.`,
    askAgain: (day) => `Anda dapat mengajukannya lagi pada ${day}.`,
    tooLong: (most) => `Tulis paling banyak ${most} karakter.`,
    notNow: "Anda sudah mengajukannya, atau belum bisa mengajukannya sekarang.",
    back: "Kembali ke studio",
  },
};
