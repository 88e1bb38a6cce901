import type { Language } from "../contract/language.ts";

const english = {
  title: (name: string) => `Report ${name}`,
  lead: "Tell the administrators of this server what is against the rules here. The channel does not learn who reported it.",
  why: "What is wrong?",
  reasons: {
    illegal: "Against the law",
    violence: "Violence or threats",
    sexual: "Sexual content that does not belong here",
    hate: "Hate or harassment",
    spam: "Spam or fraud",
    other: "Something else",
  },
  details: "Details",
  detailsHint: "What happened, and when? You may leave this empty.",
  send: "Send report",
  sent: "Thank you",
  sentText: "Your report is with the administrators. They see it beside the channel and decide what to do.",
  already: "You have reported this channel already. The administrators will look at it.",
  own: "This is your own channel.",
  tooMany: "You have sent many reports today. Try again tomorrow.",
  chooseWhy: "Say what is wrong.",
  tooLong: (most: number) => `Write at most ${most} characters.`,
  back: (name: string) => `Back to ${name}`,
};

export type ReportTexts = typeof english;

export const reportTexts: Record<Language, ReportTexts> = {
  en: english,
  id: {
    title: (name) => `Laporkan ${name}`,
    lead: "Beri tahu administrator server ini apa yang melanggar aturan. Pemilik kanal tidak akan tahu siapa yang melapor.",
    why: "Apa masalahnya?",
    reasons: {
      illegal: "Melanggar hukum",
      violence: "Kekerasan atau ancaman",
      sexual: "Konten seksual yang tidak pantas di sini",
      hate: "Kebencian atau pelecehan",
      spam: "Spam atau penipuan",
      other: "Hal lain",
    },
    details: "Keterangan",
    detailsHint: "Apa yang terjadi, dan kapan? Boleh dikosongkan.",
    send: "Kirim laporan",
    sent: "Terima kasih",
    sentText: "Laporan Anda sudah diterima administrator. Mereka melihat kanalnya dan memutuskan tindakannya.",
    already: "Anda sudah melaporkan kanal ini. Administrator akan memeriksanya.",
    own: "Ini kanal Anda sendiri.",
    tooMany: "Anda sudah mengirim banyak laporan hari ini. Coba lagi besok.",
    chooseWhy: "Pilih apa masalahnya.",
    tooLong: (most) => `Tulis paling banyak ${most} karakter.`,
    back: (name) => `Kembali ke ${name}`,
  },
};
