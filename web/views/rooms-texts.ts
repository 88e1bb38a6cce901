import type { CallEntry, CallMode } from "../../signaling/contract/call.ts";
import type { Language } from "../contract/language.ts";

/** Everything that can be wrong with a form about rooms; api says which, the texts say it in words. */
export type RoomsErrorKey =
  | "name-missing"
  | "name-too-long"
  | "passcode-too-short"
  | "passcode-too-long"
  | "mode-unknown"
  | "entry-unknown"
  /** Somebody has as many open rooms as one may have. */
  | "too-many-rooms"
  /** Too many rooms from one address in a short time. */
  | "too-fast"
  /** What was typed to join by is no room's link or code. */
  | "room-unknown";

export interface RoomsTexts {
  rooms: string;
  lead: string;
  description: string;
  create: string;
  createButton: string;
  name: string;
  namePlaceholder: string;
  mode: string;
  modes: Record<CallMode, { name: string; hint: (people: number) => string }>;
  entry: string;
  entries: Record<CallEntry, { name: string; hint: string }>;
  passcode: string;
  passcodeHint: string;
  passcodeNew: string;
  passcodeNewHint: string;
  passcodeRemove: string;
  join: string;
  joinLabel: string;
  joinHint: string;
  joinButton: string;
  yours: string;
  none: string;
  noneHint: string;
  ended: string;
  endedHint: string;
  invitation: (name: string) => string;
  copy: string;
  copied: string;
  selected: string;
  enter: string;
  settings: string;
  end: string;
  endSure: (name: string) => string;
  endHint: string;
  endButton: string;
  openAgain: string;
  usedAgo: (ago: string) => string;
  endedAgo: (ago: string) => string;
  withPasscode: string;
  warnings: string;
  noRelay: string;
  noStun: string;
  warningSettings: string;
  insecure: string;
  errors: Record<RoomsErrorKey, string>;
  settingsOf: string;
  save: string;
  saved: string;
  modeStays: string;
  back: string;
  hostedBy: (name: string) => string;
  loading: string;
  noScript: string;
  signInTitle: string;
  signInText: string;
  signIn: string;
  createAccount: string;
  endedTitle: string;
  endedText: string;
  endedHostText: string;
  allRooms: string;
}

const english: RoomsTexts = {
  rooms: "Rooms",
  lead: "Talk face to face in small groups. Make a room, send the link: nobody needs an account unless you say so.",
  description: "Video calls for small groups, from one browser to another.",
  create: "Make a room",
  createButton: "Make the room",
  name: "Name of the room",
  namePlaceholder: "Sunday call",
  mode: "What it is for",
  modes: {
    meeting: { name: "Meeting", hint: (people) => `Everybody is seen and heard. Up to ${people} people.` },
    stage: {
      name: "Stage",
      hint: (people) => `You speak, the others listen, until you bring them on stage. Up to ${people} people.`,
    },
  },
  entry: "Who may enter",
  entries: {
    link: { name: "Everybody with the link", hint: "They come straight in." },
    knock: { name: "Whom you let in", hint: "They knock and wait for you." },
    "signed-in": { name: "People with an account here", hint: "Guests are asked to sign in." },
  },
  passcode: "Passcode, if you want one",
  passcodeHint: "Everybody else types it before entering.",
  passcodeNew: "New passcode",
  passcodeNewHint: "Leave this empty to keep the one there is.",
  passcodeRemove: "Remove the passcode",
  join: "Join a room",
  joinLabel: "Link or code",
  joinHint: "Somebody sent you one: paste it here.",
  joinButton: "Join",
  yours: "Your rooms",
  none: "No rooms yet",
  noneHint: "A room you make appears here, with the link to send around.",
  ended: "Ended",
  endedHint: "A room ends when nobody was there for an hour. Opened again, it keeps its link.",
  invitation: (name) => `Invitation to ${name}`,
  copy: "Copy",
  copied: "Copied",
  selected: "Press Ctrl+C",
  enter: "Enter",
  settings: "Settings",
  end: "End",
  endSure: (name) => `End ${name}?`,
  endHint: "Everybody in the call leaves at once. The link works again when you open the room again.",
  endButton: "End for everybody",
  openAgain: "Open again",
  usedAgo: (ago) => `used ${ago}`,
  endedAgo: (ago) => `ended ${ago}`,
  withPasscode: "passcode",
  warnings: "Before you invite anybody",
  noRelay:
    "Calls across networks may fail. No relay (TURN) is set up on this server, and where firewalls let no direct connection through, only a relay helps.",
  noStun:
    "Calls work within one network only. Neither STUN nor a relay (TURN) is set up on this server, so people elsewhere find no way to you.",
  warningSettings: "Whoever runs the server sets this:",
  insecure:
    "Cameras and microphones need https. On this address people can only listen and write. Whoever runs the server can put it behind https and set PUBLIC_URL.",
  errors: {
    "name-missing": "Give the room a name.",
    "name-too-long": "This name is too long.",
    "passcode-too-short": "This passcode is too short.",
    "passcode-too-long": "This passcode is too long.",
    "mode-unknown": "Choose what the room is for.",
    "entry-unknown": "Choose who may enter.",
    "too-many-rooms": "You have as many open rooms as one may have. End one first.",
    "too-fast": "Too many rooms in a short time. Wait a few minutes.",
    "room-unknown": "There is no room with this link or code. Look for a letter too many or too few.",
  },
  settingsOf: "Settings of the room",
  save: "Save",
  saved: "Saved. It counts from now on.",
  modeStays: "This stays as it was made.",
  back: "Back to the room",
  hostedBy: (name) => `Hosted by ${name}`,
  loading: "One moment…",
  noScript: "Calls need JavaScript. Switch it on for this page and reload it.",
  signInTitle: "Sign in to enter",
  signInText: "The host lets in people who have an account here.",
  signIn: "Sign in",
  createAccount: "Create account",
  endedTitle: "This call has ended",
  endedText: "Whoever made the room can open it again. Then the same link works.",
  endedHostText: "Open the room again, and the same link works for everybody.",
  allRooms: "All rooms",
};

const indonesian: RoomsTexts = {
  rooms: "Ruang",
  lead: "Bertatap muka dalam kelompok kecil. Buat ruang, kirim tautannya: tidak perlu akun, kecuali Anda yang meminta.",
  description: "Panggilan video untuk kelompok kecil, langsung antarperamban.",
  create: "Buat ruang",
  createButton: "Buat ruang ini",
  name: "Nama ruang",
  namePlaceholder: "Obrolan Minggu",
  mode: "Untuk apa",
  modes: {
    meeting: {
      name: "Pertemuan",
      hint: (people) => `Semua orang terlihat dan terdengar. Paling banyak ${people} orang.`,
    },
    stage: {
      name: "Panggung",
      hint: (people) =>
        `Anda berbicara, yang lain menyimak, sampai Anda mengajaknya naik panggung. Paling banyak ${people} orang.`,
    },
  },
  entry: "Siapa yang boleh masuk",
  entries: {
    link: { name: "Semua yang punya tautan", hint: "Mereka langsung masuk." },
    knock: { name: "Yang Anda izinkan", hint: "Mereka mengetuk dan menunggu Anda." },
    "signed-in": { name: "Pemilik akun di sini", hint: "Tamu diminta masuk dengan akun." },
  },
  passcode: "Kode sandi, bila perlu",
  passcodeHint: "Semua orang lain mengetiknya sebelum masuk.",
  passcodeNew: "Kode sandi baru",
  passcodeNewHint: "Biarkan kosong untuk tetap memakai yang lama.",
  passcodeRemove: "Hapus kode sandi",
  join: "Gabung ke ruang",
  joinLabel: "Tautan atau kode",
  joinHint: "Ada yang mengirimi Anda? Tempelkan di sini.",
  joinButton: "Gabung",
  yours: "Ruang Anda",
  none: "Belum ada ruang",
  noneHint: "Ruang yang Anda buat muncul di sini, lengkap dengan tautan untuk dibagikan.",
  ended: "Sudah berakhir",
  endedHint: "Ruang berakhir bila kosong selama satu jam. Jika dibuka lagi, tautannya tetap sama.",
  invitation: (name) => `Undangan ke ${name}`,
  copy: "Salin",
  copied: "Tersalin",
  selected: "Tekan Ctrl+C",
  enter: "Masuk",
  settings: "Pengaturan",
  end: "Akhiri",
  endSure: (name) => `Akhiri ${name}?`,
  endHint: "Semua orang langsung keluar dari panggilan. Tautannya berlaku lagi bila ruang Anda buka kembali.",
  endButton: "Akhiri untuk semua",
  openAgain: "Buka lagi",
  usedAgo: (ago) => `dipakai ${ago}`,
  endedAgo: (ago) => `berakhir ${ago}`,
  withPasscode: "kode sandi",
  warnings: "Sebelum mengundang siapa pun",
  noRelay:
    "Panggilan antarjaringan bisa gagal. Server ini belum punya relai (TURN); bila firewall menutup sambungan langsung, hanya relai yang menolong.",
  noStun:
    "Panggilan hanya berjalan di dalam satu jaringan. STUN maupun relai (TURN) belum disiapkan di server ini, jadi orang di tempat lain tidak menemukan jalan ke Anda.",
  warningSettings: "Pengelola server dapat mengatur:",
  insecure:
    "Kamera dan mikrofon memerlukan https. Di alamat ini orang hanya dapat menyimak dan menulis. Pengelola server dapat memasang https dan mengatur PUBLIC_URL.",
  errors: {
    "name-missing": "Beri ruang ini nama.",
    "name-too-long": "Nama ini terlalu panjang.",
    "passcode-too-short": "Kode sandi ini terlalu pendek.",
    "passcode-too-long": "Kode sandi ini terlalu panjang.",
    "mode-unknown": "Pilih ruang ini untuk apa.",
    "entry-unknown": "Pilih siapa yang boleh masuk.",
    "too-many-rooms": "Jumlah ruang Anda yang terbuka sudah mencapai batas. Akhiri salah satu dahulu.",
    "too-fast": "Terlalu banyak ruang dalam waktu singkat. Tunggu beberapa menit.",
    "room-unknown": "Tidak ada ruang dengan tautan atau kode ini. Periksa hurufnya, mungkin lebih atau kurang satu.",
  },
  settingsOf: "Pengaturan ruang",
  save: "Simpan",
  saved: "Tersimpan, dan berlaku mulai sekarang.",
  modeStays: "Ini tetap seperti saat ruang dibuat.",
  back: "Kembali ke ruang",
  hostedBy: (name) => `Tuan rumah: ${name}`,
  loading: "Sebentar…",
  noScript: "Panggilan memerlukan JavaScript. Aktifkan untuk halaman ini, lalu muat ulang.",
  signInTitle: "Masuk dengan akun dahulu",
  signInText: "Tuan rumah hanya menerima orang yang punya akun di sini.",
  signIn: "Masuk",
  createAccount: "Buat akun",
  endedTitle: "Panggilan ini sudah berakhir",
  endedText: "Pembuat ruang dapat membukanya lagi. Setelah itu tautan yang sama berlaku.",
  endedHostText: "Buka lagi ruang ini, dan tautan yang sama berlaku untuk semua.",
  allRooms: "Semua ruang",
};

export const roomsTexts: Record<Language, RoomsTexts> = { en: english, id: indonesian };

const steps: [unit: "day" | "hour" | "minute", seconds: number][] = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
];

/** Each takes a tenth of a millisecond to make. */
const ago: Record<Language, Intl.RelativeTimeFormat> = {
  en: new Intl.RelativeTimeFormat("en", { numeric: "auto" }),
  id: new Intl.RelativeTimeFormat("id", { numeric: "auto" }),
};

/** How long ago `at` was, in words. Both Unix time, ms. */
export function agoText(at: number, now: number, language: Language): string {
  const seconds = Math.max(0, (now - at) / 1_000);
  const format = ago[language];
  const step = steps.find(([, each]) => seconds >= each);
  return step === undefined ? format.format(0, "second") : format.format(-Math.floor(seconds / step[1]), step[0]);
}
