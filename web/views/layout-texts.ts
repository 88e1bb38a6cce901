import type { Language } from "../contract/language.ts";

/** The words of the frame around every page. */
const english = {
  skip: "Skip to content",
  home: "Panggung, home",
  main: "Main",
  browse: "Browse",
  rooms: "Rooms",
  signIn: "Sign in",
  createAccount: "Create account",
  studio: "Studio",
  admin: "Admin",
  signOut: "Sign out",
  yourChannel: "Your channel",
  settings: "Settings",
  account: (name: string) => `Account of ${name}`,
  menu: "Menu",
  search: "Search",
  searchPlaceholder: "Search channels and streams",
  description: "A live stage of our own: open a link and watch.",
  offline: "The server cannot be reached. Trying again…",
  failed: "That did not work. Please try again.",
  language: "Language",
  notices: "What is new",
  /** After a channel's name. */
  isLive: "is live",
  /** After a number. */
  followedLive: "of the channels you follow are live",
  dismiss: "Close",
  seeLive: "See who is live",
  reference: "Reference:",
};

export type LayoutTexts = typeof english;

export const layoutTexts: Record<Language, LayoutTexts> = {
  en: english,
  id: {
    skip: "Langsung ke isi",
    home: "Panggung, beranda",
    main: "Utama",
    browse: "Jelajahi",
    rooms: "Ruang",
    signIn: "Masuk",
    createAccount: "Buat akun",
    studio: "Studio",
    admin: "Admin",
    signOut: "Keluar",
    yourChannel: "Kanal Anda",
    settings: "Pengaturan",
    account: (name) => `Akun ${name}`,
    menu: "Menu",
    search: "Cari",
    searchPlaceholder: "Cari kanal dan siaran",
    description: "Panggung siaran milik sendiri: buka tautan dan tonton.",
    offline: "Server tidak dapat dihubungi. Mencoba lagi…",
    failed: "Tidak berhasil. Silakan coba lagi.",
    language: "Bahasa",
    notices: "Kabar terbaru",
    isLive: "sedang siaran",
    followedLive: "kanal yang Anda ikuti sedang siaran",
    dismiss: "Tutup",
    seeLive: "Lihat siapa yang siaran",
    reference: "Rujukan:",
  },
};

/** Each in its own words. */
export const languageNames: Record<Language, string> = { en: "English", id: "Bahasa Indonesia" };
