import { FieldError } from "./field-error.ts";

/** Names by which people would take somebody for the house. The first administrator may have one. */
export const reserved: ReadonlySet<string> = new Set(
  "admin administrator api everyone help here host info mail me mod moderator null official owner panggung root security setup staff studio support system undefined webmaster".split(
    " ",
  ),
);

const minPasswordCharacters = 8;
const maxPasswordCharacters = 256;

/** The canonical form of what somebody typed as their name; null when nobody can have it. */
export function canonicalUsername(typed: string): string | null {
  const name = typed.trim().toLowerCase();
  return /^[a-z0-9_]{3,24}$/.test(name) ? name : null;
}

/** A name for a new account. Throws FieldError when it cannot be one. */
export function checkNewUsername(typed: string, { mayBeReserved = false } = {}): string {
  const name = canonicalUsername(typed);
  if (name === null) {
    throw new FieldError("username", {
      en: "A username has 3 to 24 letters, digits or underscores.",
      id: "Nama pengguna terdiri dari 3 sampai 24 huruf, angka, atau garis bawah.",
    });
  }
  if (reserved.has(name) && !mayBeReserved) {
    throw new FieldError("username", {
      en: "This username is reserved. Choose another one.",
      id: "Nama pengguna ini tidak boleh dipakai. Pilih yang lain.",
    });
  }
  return name;
}

/** Throws FieldError, for the field `password`, unless it can be a new password. */
export function checkNewPassword(password: string): void {
  const { length } = [...password];
  if (length < minPasswordCharacters) {
    throw new FieldError("password", {
      en: `A password has at least ${minPasswordCharacters} characters.`,
      id: `Kata sandi paling sedikit ${minPasswordCharacters} karakter.`,
    });
  }
  if (length > maxPasswordCharacters) {
    throw new FieldError("password", {
      en: `A password has at most ${maxPasswordCharacters} characters.`,
      id: `Kata sandi paling banyak ${maxPasswordCharacters} karakter.`,
    });
  }
}
