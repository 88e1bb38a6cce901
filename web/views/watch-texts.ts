import type { Language } from "../contract/language.ts";

const plural = (language: Language, one: string, other: string) => {
  const rules = new Intl.PluralRules(language);
  const number = new Intl.NumberFormat(language);
  return (count: number): string => (rules.select(count) === "one" ? one : other).replace("{n}", number.format(count));
};

/** A channel's page, its follow button, the mature gate and the player on other sites. */
const english = {
  description: (name: string, title: string) => `Watch ${name} live: ${title}`,
  live: "Live",
  reconnecting: "Reconnecting",
  /** `{n}`: how many. The page's script fills it in as well. */
  watchingOne: "{n} watching",
  watchingOther: "{n} watching",
  mature: "18+",
  matureLong: "For adults",
  spoken: "Language",
  tags: "Tags",
  followers: plural("en", "{n} follower", "{n} followers"),
  follow: "Follow",
  unfollow: "Unfollow",
  signInFirst: "sign in first",
  share: "Share",
  shareTitle: "Share this channel",
  shareLink: "Link",
  shareEmbed: "Embed on another site",
  shareElsewhere: "Share with an app…",
  copy: "Copy",
  copied: "Copied",
  selected: "Press Ctrl+C",
  close: "Close",
  report: "Report",
  about: "About",
  aboutOf: (name: string) => `About ${name}`,
  noAbout: (name: string) => `${name} has not written anything here yet.`,
  links: "Links",
  newWindow: "opens another site",
  pastStreams: "Past streams",
  noPastStreams: "No streams yet.",
  peak: plural("en", "peak {n} viewer", "peak {n} viewers"),
  length: (length: string) => `${length} long`,
  edit: "Edit this page",
  studio: "Studio",
  noScript: "Without JavaScript this page does not change by itself: reload it to see what is on.",
  gateTitle: "This channel is for adults",
  gateText: (name: string) =>
    `${name} says that this stream is not for people under 18. You are asked once; your browser remembers it for a month.`,
  gateEnter: "I am 18 or older: watch",
  gateLeave: "Back to the home page",
  gateEmbedText: "This stream is not for people under 18.",
  watchOn: (name: string) => `${name} on Panggung`,
  embedTitle: (name: string) => `${name}, live`,
};

export const watchTexts: Record<Language, typeof english> = {
  en: english,
  id: {
    description: (name, title) => `Tonton siaran langsung ${name}: ${title}`,
    live: "Langsung",
    reconnecting: "Menyambung kembali",
    watchingOne: "{n} penonton",
    watchingOther: "{n} penonton",
    mature: "18+",
    matureLong: "Untuk orang dewasa",
    spoken: "Bahasa",
    tags: "Tagar",
    followers: plural("id", "{n} pengikut", "{n} pengikut"),
    follow: "Ikuti",
    unfollow: "Batal ikuti",
    signInFirst: "masuk dulu",
    share: "Bagikan",
    shareTitle: "Bagikan kanal ini",
    shareLink: "Tautan",
    shareEmbed: "Sematkan di situs lain",
    shareElsewhere: "Bagikan lewat aplikasi…",
    copy: "Salin",
    copied: "Tersalin",
    selected: "Tekan Ctrl+C",
    close: "Tutup",
    report: "Laporkan",
    about: "Tentang",
    aboutOf: (name) => `Tentang ${name}`,
    noAbout: (name) => `${name} belum menulis apa-apa di sini.`,
    links: "Tautan",
    newWindow: "membuka situs lain",
    pastStreams: "Siaran terdahulu",
    noPastStreams: "Belum ada siaran.",
    peak: plural("id", "puncak {n} penonton", "puncak {n} penonton"),
    length: (length) => `selama ${length}`,
    edit: "Ubah halaman ini",
    studio: "Studio",
    noScript: "Tanpa JavaScript halaman ini tidak berubah sendiri: muat ulang untuk melihat yang sedang tayang.",
    gateTitle: "Kanal ini untuk orang dewasa",
    gateText: (name) =>
      `Menurut ${name}, siaran ini bukan untuk penonton di bawah 18 tahun. Anda ditanya sekali saja; peramban Anda mengingatnya selama sebulan.`,
    gateEnter: "Saya berusia 18 tahun atau lebih: tonton",
    gateLeave: "Kembali ke beranda",
    gateEmbedText: "Siaran ini bukan untuk penonton di bawah 18 tahun.",
    watchOn: (name) => `${name} di Panggung`,
    embedTitle: (name) => `${name}, siaran langsung`,
  },
};

const units: [Intl.RelativeTimeFormatUnit, ms: number][] = [
  ["year", 365 * 86_400_000],
  ["month", 30 * 86_400_000],
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
];

/** Each takes a tenth of a millisecond to make. */
const ago: Record<Language, Intl.RelativeTimeFormat> = {
  en: new Intl.RelativeTimeFormat("en", { numeric: "auto" }),
  id: new Intl.RelativeTimeFormat("id", { numeric: "auto" }),
};

/** How long ago, in words such as "3 days ago", by the largest unit of which at least one is full. */
export function agoInWords(language: Language, elapsedMs: number): string {
  const format = ago[language];
  for (const [unit, ms] of units) {
    if (elapsedMs >= ms) return format.format(-Math.floor(elapsedMs / ms), unit);
  }
  return format.format(0, "minute");
}

const spoken: Record<Language, Intl.DisplayNames> = {
  en: new Intl.DisplayNames("en", { type: "language", fallback: "code" }),
  id: new Intl.DisplayNames("id", { type: "language", fallback: "code" }),
};

/** A spoken language by its BCP 47 tag, in the words of the page's language. */
export const languageName = (language: Language, tag: string): string => spoken[language].of(tag) ?? tag;
