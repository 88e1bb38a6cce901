import type { Language } from "../contract/language.ts";

/** The few words of the frame around every page. */
const english = {
  skip: "Skip to content",
  home: "Panggung, home",
  main: "Main",
  rooms: "Rooms",
  signIn: "Sign in",
  createAccount: "Create account",
  studio: "Studio",
  admin: "Admin",
  signOut: "Sign out",
  description: "A live stage of our own: open a link and watch.",
  offline: "The server cannot be reached. Trying again…",
  failed: "That did not work. Please try again.",
  language: "Language",
};

export const layoutTexts: Record<Language, typeof english> = {
  en: english,
  id: {
    skip: "Langsung ke isi",
    home: "Panggung, beranda",
    main: "Utama",
    rooms: "Ruang",
    signIn: "Masuk",
    createAccount: "Buat akun",
    studio: "Studio",
    admin: "Admin",
    signOut: "Keluar",
    description: "Panggung siaran milik sendiri: buka tautan dan tonton.",
    offline: "Server tidak dapat dihubungi. Mencoba lagi…",
    failed: "Tidak berhasil. Silakan coba lagi.",
    language: "Bahasa",
  },
};

/** Each in its own words. */
export const languageNames: Record<Language, string> = { en: "English", id: "Bahasa Indonesia" };
