import type { Language } from "../contract/language.ts";

/** Everything that can be wrong with the studio's forms; api/channel-form.ts says which. */
export type StudioErrorKey =
  | "title-too-long"
  | "category-unknown"
  | "tags-too-many"
  | "tag-invalid"
  | "language-unknown"
  | "about-too-long"
  | "link-title-missing"
  | "link-title-too-long"
  | "link-url-invalid"
  | "link-url-too-long";

/** The forms about the stream and the channel. */
const english = {
  stream: "About the stream",
  title: "Title of the stream",
  titleHint: "Viewers see it beside the picture and in every list. Without one the stream is called after you.",
  category: "Category",
  noCategory: "None",
  tags: "Tags",
  tagsHint: "Up to 10, with commas between them: they help people find you. Letters, digits and hyphens.",
  tagsChosen: "Tags chosen",
  removeTag: (tag: string) => `Remove ${tag}`,
  language: "Spoken language",
  noLanguage: "Not said",
  mature: "Only for people of 18 and older",
  matureHint: "Viewers are asked before they see anything.",
  save: "Save",
  saved: "Saved. Viewers see it at once.",
  text: "What your page says",
  about: "About you",
  aboutHint: "Markdown: **bold**, *italic*, lists, headings with #, links. Up to 4,000 characters.",
  showPreview: "Preview",
  previewOf: "So viewers will see it",
  nothingYet: "There is nothing to show yet.",
  links: "Links",
  linksHint: "Up to 8, to your other places. An empty line is left out.",
  linkTitle: (number: number) => `Title of link ${number}`,
  linkUrl: (number: number) => `Address of link ${number}`,
  linkTitleShort: "Title",
  linkUrlShort: "Address",
  saveText: "Save",
  savedText: "Saved. It is on your page.",
  banner: "Banner",
  bannerHint: "A wide picture for the top of your page, best 1500 × 500. PNG, JPEG, WebP or GIF, up to 5 MB.",
  bannerFile: "Picture",
  upload: "Upload",
  remove: "Remove the banner",
  bannerSaved: "This is your banner now.",
  bannerRemoved: "The banner is gone.",
  errors: {
    "title-too-long": "A title has at most 140 characters.",
    "category-unknown": "This category is not there any more. Choose another one.",
    "tags-too-many": "At most 10 tags.",
    "tag-invalid": "A tag has 2 to 25 letters, digits or hyphens.",
    "language-unknown": "Choose a language from the list.",
    "about-too-long": "At most 4,000 characters.",
    "link-title-missing": "Give this link a title.",
    "link-title-too-long": "A link's title has at most 60 characters.",
    "link-url-invalid": "A link begins with https:// or http://.",
    "link-url-too-long": "This address is too long: at most 300 characters.",
  } satisfies Record<StudioErrorKey, string> as Record<StudioErrorKey, string>,
};

export const studioFormTexts: Record<Language, typeof english> = {
  en: english,
  id: {
    stream: "Tentang siaran",
    title: "Judul siaran",
    titleHint: "Penonton melihatnya di samping gambar dan di setiap daftar. Tanpa judul, siaran memakai nama Anda.",
    category: "Kategori",
    noCategory: "Tidak ada",
    tags: "Tagar",
    tagsHint: "Paling banyak 10, dipisahkan koma: agar Anda mudah ditemukan. Huruf, angka, dan tanda hubung.",
    tagsChosen: "Tagar terpilih",
    removeTag: (tag) => `Hapus ${tag}`,
    language: "Bahasa yang dipakai",
    noLanguage: "Tidak disebutkan",
    mature: "Hanya untuk usia 18 tahun ke atas",
    matureHint: "Penonton ditanya sebelum melihat apa pun.",
    save: "Simpan",
    saved: "Tersimpan. Penonton langsung melihatnya.",
    text: "Isi halaman Anda",
    about: "Tentang Anda",
    aboutHint: "Markdown: **tebal**, *miring*, daftar, judul dengan #, tautan. Paling banyak 4.000 karakter.",
    showPreview: "Pratinjau",
    previewOf: "Begini penonton akan melihatnya",
    nothingYet: "Belum ada yang bisa ditampilkan.",
    links: "Tautan",
    linksHint: "Paling banyak 8, ke tempat Anda yang lain. Baris kosong diabaikan.",
    linkTitle: (number) => `Judul tautan ${number}`,
    linkUrl: (number) => `Alamat tautan ${number}`,
    linkTitleShort: "Judul",
    linkUrlShort: "Alamat",
    saveText: "Simpan",
    savedText: "Tersimpan dan tampil di halaman Anda.",
    banner: "Spanduk",
    bannerHint: "Gambar lebar di halaman Anda, sebaiknya 1500 × 500. PNG, JPEG, WebP, atau GIF, paling besar 5 MB.",
    bannerFile: "Gambar",
    upload: "Unggah",
    remove: "Hapus spanduk",
    bannerSaved: "Ini spanduk Anda sekarang.",
    bannerRemoved: "Spanduk sudah dihapus.",
    errors: {
      "title-too-long": "Judul paling banyak 140 karakter.",
      "category-unknown": "Kategori ini sudah tidak ada. Pilih yang lain.",
      "tags-too-many": "Paling banyak 10 tagar.",
      "tag-invalid": "Tagar terdiri dari 2 sampai 25 huruf, angka, atau tanda hubung.",
      "language-unknown": "Pilih bahasa dari daftar.",
      "about-too-long": "Paling banyak 4.000 karakter.",
      "link-title-missing": "Beri judul untuk tautan ini.",
      "link-title-too-long": "Judul tautan paling banyak 60 karakter.",
      "link-url-invalid": "Tautan diawali https:// atau http://.",
      "link-url-too-long": "Alamat ini terlalu panjang: paling banyak 300 karakter.",
    },
  },
};
