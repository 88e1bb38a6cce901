import type { Language } from "../contract/language.ts";

/** The words of the list of channels beside every page. */
const english = {
  label: "Channels",
  followed: "Followed",
  recommended: "Live now",
  collapse: "Collapse the list of channels",
  expand: "Expand the list of channels",
  offline: "Offline",
  live: "Live",
  watching: "watching",
  nobodyLive: "Nobody else is live right now.",
  hint: "Sign in and follow channels: they appear here, and you hear when they go live.",
  followHint: "Follow channels, and they appear here.",
};

export type SidebarTexts = typeof english;

export const sidebarTexts: Record<Language, SidebarTexts> = {
  en: english,
  id: {
    label: "Kanal",
    followed: "Diikuti",
    recommended: "Sedang siaran",
    collapse: "Ciutkan daftar kanal",
    expand: "Bentangkan daftar kanal",
    offline: "Tidak siaran",
    live: "Siaran langsung",
    watching: "menonton",
    nobodyLive: "Saat ini tidak ada siaran lain.",
    hint: "Masuk dan ikuti kanal: kanal itu muncul di sini, dan Anda diberi tahu saat siarannya dimulai.",
    followHint: "Ikuti kanal, lalu kanal itu muncul di sini.",
  },
};
