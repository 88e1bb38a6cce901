import type { Language } from "../contract/language.ts";

/** What the pages say on which people sign in, register and get back in. */
const english = {
  username: "Username",
  password: "Password",
  newPassword: "New password",
  show: "Show",
  hide: "Hide",
  thePassword: "password",
  newPasswordHint: "At least 8 characters. A few random words make a good one.",

  signIn: "Sign in",
  signInLead: "Watching needs no account. Streaming does.",
  newHere: "New here?",
  createAccount: "Create account",
  createAnAccount: "Create an account",
  forgotten: "Forgot your password?",

  registerLead: "A name and a password, nothing else.",
  usernameHint: "Also the address of your channel: 3 to 24 letters, digits or underscores.",
  beenHere: "Been here before?",
  invited: "You are invited. Choose a name and a password.",
  byInvitationTitle: "By invitation only",
  byInvitation: "New accounts here need an invitation. Ask somebody who runs this stage for a link.",
  closedTitle: "No new accounts",
  closed: "This stage takes no new accounts at the moment. Watching needs none.",
  watchInstead: "See who is live",

  setupTitle: "Set up the stage",
  setupLead: "The first account administers this server and may stream at once. Everybody else registers after it.",
  createAdministrator: "Create administrator",

  codeTitle: "One more step",
  codeLead: (name: string) => `Signing in as ${name}: now the code from your authenticator app.`,
  code: "Six-digit code",
  codeHint: "It changes every 30 seconds.",
  continue: "Continue",
  noApp: "No app at hand?",
  recoveryCode: "Recovery code",
  recoveryCodeHint: "One of those you were shown when you registered. Each is good once.",
  useRecoveryCode: "Use recovery code",
  startOver: "Sign in with another account",

  recoverTitle: "Forgotten password",
  recoverLead: "A recovery code sets a new one. It is used up by that, and every device is signed out.",
  setPassword: "Set password",
  noCodes: "No recovery code left? Whoever runs this stage can make you a link that sets a new password.",
  remembered: "It has come back to you?",

  resetLead: (name: string) =>
    `For the account ${name}. Every device is signed out, and a second factor is turned off: set it up again afterwards.`,

  codesTitle: "Your recovery codes",
  codesLead:
    "There is no e-mail here: with one of these you get back in when you have forgotten your password or lost your phone. Each is good once. They are shown only now.",
  codesLabel: "Recovery codes, one a line",
  copy: "Copy",
  copied: "Copied",
  copyByHand: "Select them and copy",
  download: "Download",
  print: "Print",
  kept: "I have kept them",
  codesFileHead: (name: string, site: string) => `Recovery codes of ${name} at ${site}. Each is good once.`,
  codesGoneTitle: "These codes were shown already",
  codesGone: "Nobody can look at them again. In the settings you can have new ones made.",
  toSettings: "Open settings",

  confirmTitle: "Your password again",
  confirmLead: "What comes next is for you alone. After this you are not asked again for 15 minutes.",
  confirm: "Confirm",

  goodbyeTitle: "Your account is deleted",
  goodbye: "Everything in it is gone: channel, chat, rooms, pictures. You are welcome back any time.",
  toHome: "To the start page",
};

export type AuthTexts = typeof english;

export const authTexts: Record<Language, AuthTexts> = {
  en: english,
  id: {
    username: "Nama pengguna",
    password: "Kata sandi",
    newPassword: "Kata sandi baru",
    show: "Lihat",
    hide: "Sembunyikan",
    thePassword: "kata sandi",
    newPasswordHint: "Paling sedikit 8 karakter. Beberapa kata acak sudah cukup kuat.",

    signIn: "Masuk",
    signInLead: "Menonton tidak perlu akun. Siaran perlu.",
    newHere: "Baru di sini?",
    createAccount: "Buat akun",
    createAnAccount: "Buat akun",
    forgotten: "Lupa kata sandi?",

    registerLead: "Cukup nama dan kata sandi.",
    usernameHint: "Juga menjadi alamat kanal Anda: 3 sampai 24 huruf, angka, atau garis bawah.",
    beenHere: "Sudah punya akun?",
    invited: "Anda diundang. Pilih nama dan kata sandi.",
    byInvitationTitle: "Hanya dengan undangan",
    byInvitation: "Akun baru di sini perlu undangan. Mintalah tautannya kepada pengelola panggung ini.",
    closedTitle: "Pendaftaran ditutup",
    closed: "Panggung ini sedang tidak menerima akun baru. Menonton tetap bisa tanpa akun.",
    watchInstead: "Lihat siapa yang sedang siaran",

    setupTitle: "Siapkan panggung",
    setupLead: "Akun pertama mengelola server ini dan langsung boleh siaran. Yang lain mendaftar sesudahnya.",
    createAdministrator: "Buat administrator",

    codeTitle: "Satu langkah lagi",
    codeLead: (name) => `Masuk sebagai ${name}: sekarang kode dari aplikasi autentikator Anda.`,
    code: "Kode enam angka",
    codeHint: "Berganti setiap 30 detik.",
    continue: "Lanjut",
    noApp: "Aplikasinya tidak ada?",
    recoveryCode: "Kode pemulihan",
    recoveryCodeHint: "Salah satu kode yang ditampilkan saat Anda mendaftar. Tiap kode berlaku sekali.",
    useRecoveryCode: "Pakai kode pemulihan",
    startOver: "Masuk dengan akun lain",

    recoverTitle: "Lupa kata sandi",
    recoverLead: "Kode pemulihan bisa mengganti kata sandi. Kodenya lalu hangus, dan semua perangkat dikeluarkan.",
    setPassword: "Simpan kata sandi",
    noCodes: "Kode pemulihan habis? Pengelola panggung ini bisa membuatkan tautan untuk kata sandi baru.",
    remembered: "Sudah ingat lagi?",

    resetLead: (name) =>
      `Untuk akun ${name}. Semua perangkat dikeluarkan dan verifikasi dua langkah dimatikan: pasang lagi sesudahnya.`,

    codesTitle: "Kode pemulihan Anda",
    codesLead:
      "Di sini tidak ada surel: dengan salah satu kode ini Anda bisa masuk lagi kalau lupa kata sandi atau kehilangan ponsel. Tiap kode berlaku sekali, dan hanya ditampilkan sekarang.",
    codesLabel: "Kode pemulihan, satu per baris",
    copy: "Salin",
    copied: "Tersalin",
    copyByHand: "Pilih lalu salin",
    download: "Unduh",
    print: "Cetak",
    kept: "Sudah saya simpan",
    codesFileHead: (name, site) => `Kode pemulihan ${name} di ${site}. Tiap kode berlaku sekali.`,
    codesGoneTitle: "Kode ini sudah pernah ditampilkan",
    codesGone: "Tidak ada yang bisa melihatnya lagi. Di pengaturan, Anda bisa membuat yang baru.",
    toSettings: "Buka pengaturan",

    confirmTitle: "Kata sandi sekali lagi",
    confirmLead: "Langkah berikutnya hanya untuk Anda. Setelah ini Anda tidak ditanya lagi selama 15 menit.",
    confirm: "Konfirmasi",

    goodbyeTitle: "Akun Anda sudah dihapus",
    goodbye: "Semua isinya sudah tidak ada: kanal, obrolan, ruang, gambar. Anda selalu boleh kembali.",
    toHome: "Ke beranda",
  },
};
