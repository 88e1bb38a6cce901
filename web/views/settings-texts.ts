import type { Language } from "../contract/language.ts";

/** One for each colour of names in chat, in their order. */
type ColorNames = readonly [
  string,
  string,
  string,
  string,
  string,
  string,
  string,
  string,
  string,
  string,
  string,
  string,
];

const englishColors: ColorNames = [
  "Red",
  "Orange",
  "Amber",
  "Olive",
  "Leaf",
  "Green",
  "Teal",
  "Cyan",
  "Blue",
  "Indigo",
  "Violet",
  "Pink",
];

const plural = (count: number, one: string, other: string): string =>
  new Intl.PluralRules("en").select(count) === "one" ? one : other;

/** What the settings of an account say. */
const english = {
  settings: "Settings",
  tabs: { profile: "Profile", security: "Security", sessions: "Devices", account: "Account" },
  save: "Save",
  saved: "Saved.",

  picture: "Picture",
  pictureHint: "PNG, JPEG, WebP or GIF, at most 5 MB. It is cut to a square.",
  choosePicture: "New picture",
  upload: "Upload",
  removePicture: "Remove picture",
  pictureMissing: "Choose a picture first.",
  profile: "How others see you",
  displayName: "Name",
  displayNameHint: (username: string) =>
    `At most 40 characters; empty: ${username}. Your address and what you sign in with stay the same.`,
  color: "Colour in chat",
  colorAutomatic: "Automatic",
  colors: englishColors,

  password: "Password",
  currentPassword: "Current password",
  changePassword: "Change password",
  passwordHint: "Every other device is signed out.",
  passwordChanged: "The new password is set. Every other device is signed out.",

  secondFactor: "Second factor",
  secondFactorOff: "Off. With it, whoever knows your password still needs your phone.",
  secondFactorOn: "On. Signing in asks for a code from your app.",
  secondFactorOnNow: "The second factor is on.",
  secondFactorOffNow: "The second factor is off.",
  setUp: "Set up",
  turnOff: "Turn off",
  yourPassword: "Your password",
  setUpTitle: "Set up a second factor",
  neededByAdministrators: "Administrators of this stage need a second factor. Set it up to go on.",
  scan: "Scan this with an authenticator app, such as the one that your phone has for passwords.",
  qrLabel: "QR code with the secret for your app",
  byHand: "No camera? Type this secret into the app",
  secret: "Secret",
  firstCode: "Code that the app shows now",
  firstCodeHint: "Six digits. It changes every 30 seconds.",
  turnOn: "Turn on",
  back: "Back to security",

  recoveryCodes: "Recovery codes",
  codesLeft: (count: number) => `You have ${count} ${plural(count, "code", "codes")} left.`,
  noCodesLeft: "You have none. Without them, a forgotten password or a lost phone locks you out.",
  codesHint: "New ones make the old ones void.",
  makeCodes: "Make new codes",

  sessions: "Where you are signed in",
  thisOne: "This device",
  unknownBrowser: "A browser",
  onSystem: (browser: string, system: string) => `${browser} on ${system}`,
  since: (date: string) => `Signed in on ${date}`,
  seenNow: "Used in the last hour",
  seenAgo: (ago: string) => `Last used ${ago}`,
  signOut: "Sign out",
  signOutOthers: "Sign out all others",
  signedOut: "Signed out there.",
  onlyThis: "Nowhere else.",

  deleteTitle: "Delete your account",
  deleteLead:
    "Your channel, your streams and who follows them, everything you wrote in chats, your rooms and pictures: all of it goes, at once and for good. A running stream ends.",
  deleteUsername: (username: string) => `Type your username: ${username}`,
  deleteButton: "Delete my account",
  wrongUsername: "This is not your username.",
  lastAdministrator:
    "You are the only administrator. Make somebody else one first: a stage without any cannot be looked after.",
};

export type SettingsTexts = typeof english;

export const settingsTexts: Record<Language, SettingsTexts> = {
  en: english,
  id: {
    settings: "Pengaturan",
    tabs: { profile: "Profil", security: "Keamanan", sessions: "Perangkat", account: "Akun" },
    save: "Simpan",
    saved: "Tersimpan.",

    picture: "Foto",
    pictureHint: "PNG, JPEG, WebP, atau GIF, paling besar 5 MB. Dipotong menjadi persegi.",
    choosePicture: "Foto baru",
    upload: "Unggah",
    removePicture: "Hapus foto",
    pictureMissing: "Pilih fotonya dulu.",
    profile: "Tampilan Anda bagi orang lain",
    displayName: "Nama",
    displayNameHint: (username) =>
      `Paling banyak 40 karakter; kalau kosong: ${username}. Alamat kanal dan nama untuk masuk tetap sama.`,
    color: "Warna di obrolan",
    colorAutomatic: "Otomatis",
    colors: [
      "Merah",
      "Jingga",
      "Kuning tua",
      "Zaitun",
      "Hijau daun",
      "Hijau",
      "Toska",
      "Sian",
      "Biru",
      "Nila",
      "Ungu",
      "Merah muda",
    ],

    password: "Kata sandi",
    currentPassword: "Kata sandi sekarang",
    changePassword: "Ganti kata sandi",
    passwordHint: "Semua perangkat lain dikeluarkan.",
    passwordChanged: "Kata sandi baru sudah berlaku. Semua perangkat lain dikeluarkan.",

    secondFactor: "Verifikasi dua langkah",
    secondFactorOff: "Mati. Kalau dinyalakan, orang yang tahu kata sandi Anda masih memerlukan ponsel Anda.",
    secondFactorOn: "Menyala. Saat masuk, Anda diminta kode dari aplikasi.",
    secondFactorOnNow: "Verifikasi dua langkah sudah menyala.",
    secondFactorOffNow: "Verifikasi dua langkah sudah dimatikan.",
    setUp: "Pasang",
    turnOff: "Matikan",
    yourPassword: "Kata sandi Anda",
    setUpTitle: "Pasang verifikasi dua langkah",
    neededByAdministrators:
      "Administrator panggung ini wajib memakai verifikasi dua langkah. Pasang dulu untuk melanjutkan.",
    scan: "Pindai dengan aplikasi autentikator, misalnya aplikasi kata sandi bawaan ponsel Anda.",
    qrLabel: "Kode QR berisi rahasia untuk aplikasi Anda",
    byHand: "Tanpa kamera? Ketik rahasia ini di aplikasi",
    secret: "Rahasia",
    firstCode: "Kode yang sekarang tampil di aplikasi",
    firstCodeHint: "Enam angka, berganti setiap 30 detik.",
    turnOn: "Nyalakan",
    back: "Kembali ke keamanan",

    recoveryCodes: "Kode pemulihan",
    codesLeft: (count) => `Tersisa ${count} kode.`,
    noCodesLeft:
      "Tidak ada yang tersisa. Tanpa kode, lupa kata sandi atau kehilangan ponsel membuat Anda tidak bisa masuk.",
    codesHint: "Kode baru membuat yang lama tidak berlaku.",
    makeCodes: "Buat kode baru",

    sessions: "Tempat Anda masuk",
    thisOne: "Perangkat ini",
    unknownBrowser: "Sebuah peramban",
    onSystem: (browser, system) => `${browser} di ${system}`,
    since: (date) => `Masuk sejak ${date}`,
    seenNow: "Dipakai dalam satu jam terakhir",
    seenAgo: (ago) => `Terakhir dipakai ${ago}`,
    signOut: "Keluarkan",
    signOutOthers: "Keluarkan semua yang lain",
    signedOut: "Sudah dikeluarkan.",
    onlyThis: "Tidak di tempat lain.",

    deleteTitle: "Hapus akun Anda",
    deleteLead:
      "Kanal, siaran dan pengikutnya, semua yang Anda tulis di obrolan, ruang, dan foto: semuanya hilang seketika dan selamanya. Siaran yang sedang berjalan berhenti.",
    deleteUsername: (username) => `Ketik nama pengguna Anda: ${username}`,
    deleteButton: "Hapus akun saya",
    wrongUsername: "Ini bukan nama pengguna Anda.",
    lastAdministrator:
      "Anda satu-satunya administrator. Jadikan orang lain administrator dulu: panggung tanpa administrator tidak ada yang mengurus.",
  },
};
