import { UserError } from "../user-error.ts";

export const deadLink = new UserError(
  {
    en: "This link has expired or was used before. Whoever runs this server can make a new one.",
    id: "Tautan ini sudah kedaluwarsa atau sudah dipakai. Pengelola server bisa membuat yang baru.",
  },
  { status: 403, title: { en: "This link no longer works", id: "Tautan ini tidak berlaku lagi" } },
);

export const notSetUp = new UserError(
  {
    en: "Open the set-up link that the server printed when it started.",
    id: "Buka tautan penyiapan yang ditampilkan server saat dijalankan.",
  },
  { status: 403, title: { en: "This stage is not set up yet", id: "Panggung ini belum disiapkan" } },
);
