import unhomoglyph from "unhomoglyph";
import { cleanName } from "../../signaling/contract/clean-text.ts";
import { FieldError } from "./field-error.ts";
import { reserved } from "./names.ts";

export const maxDisplayNameCharacters = 40;

/** Scripts whose letters look like Latin ones: nobody writes a name in two of them. UTS 39, section 5.2. */
const lookalikeScripts = [/\p{Script=Latin}/u, /\p{Script=Greek}/u, /\p{Script=Cyrillic}/u, /\p{Script=Armenian}/u];

/** Letters that Unicode's table keeps apart and people do not. */
const nearly: Readonly<Record<string, string>> = {
  ƅ: "b",
  ꞓ: "e",
  ĸ: "k",
  ӏ: "l",
  ʍ: "m",
  п: "n",
  π: "n",
  ц: "u",
  ω: "w",
  χ: "x",
};

/** In the alphabet's order. */
const smallCapitals = "ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘꞯʀꜱᴛᴜᴠᴡxʏᴢ";
const asciiOf: ReadonlyMap<string, string> = new Map([
  ...Object.entries(nearly),
  ...Array.from(smallCapitals, (letter, index) => [letter, String.fromCodePoint(97 + index)] as const),
]);

/** By UTS 39, 4, a small letter as the small one that it is drawn as; where it has none of its own, as the capital one. */
const drawnByTable = (letter: string): string => {
  const small = letter.toLowerCase();
  const drawn = unhomoglyph(small);
  return drawn === small ? unhomoglyph(letter) : drawn;
};

/** As what a letter is drawn. Letters of usernames stay what they are: in the table m is rn, and 1 is l. */
function drawnAs(letter: string): string {
  if (letter < "\u0080") return letter.toLowerCase();
  const drawn = drawnByTable(letter)
    .normalize("NFKD")
    .toLowerCase()
    .replace(/\p{M}+/gu, "");
  return Array.from(drawn, (each) => asciiOf.get(each) ?? each).join("");
}

/**
 * What a name looks like in the letters of usernames: without marks, spaces and punctuation, each letter as the Latin one
 * that it is drawn as. Two names that people take for each other have the same.
 */
export const lookalike = (name: string): string =>
  Array.from(name.normalize("NFKD").replace(/\p{M}+/gu, ""), drawnAs)
    .join("")
    .replace(/[^\p{L}\p{N}_]+/gu, "");

const mixesScripts = (name: string): boolean =>
  lookalikeScripts.filter((script) => script.test(name.normalize("NFKC"))).length > 1;

const refuse = (en: string, id: string): never => {
  throw new FieldError("displayName", { en, id });
};

/** The name somebody wants to be called by; null for an empty one. Throws FieldError when it cannot be one. */
export function checkDisplayName(typed: string, { mayBeReserved }: { mayBeReserved: boolean }): string | null {
  const asTyped = typed.normalize("NFC").replace(/\s+/gu, " ").trim();
  if (asTyped === "") return null;
  if ([...asTyped].length > maxDisplayNameCharacters) {
    return refuse(
      `A name has at most ${maxDisplayNameCharacters} characters.`,
      `Nama paling banyak ${maxDisplayNameCharacters} karakter.`,
    );
  }
  // Invisible and control characters, and towers of marks: whoever pastes one hears of it rather than get another name.
  if (cleanName(asTyped) !== asTyped) {
    return refuse(
      "This name has characters in it that cannot be seen. Type it anew.",
      "Nama ini berisi karakter yang tidak terlihat. Ketik ulang.",
    );
  }
  if (!/[\p{L}\p{N}]/u.test(asTyped)) {
    return refuse(
      "A name has at least one letter or digit.",
      "Nama harus berisi paling sedikit satu huruf atau angka.",
    );
  }
  if (mixesScripts(asTyped)) {
    return refuse(
      "This name mixes alphabets whose letters look alike. Use one of them.",
      "Nama ini mencampur abjad yang hurufnya mirip. Gunakan salah satu saja.",
    );
  }
  if (reserved.has(lookalike(asTyped)) && !mayBeReserved) {
    return refuse("This name is reserved. Choose another one.", "Nama ini tidak boleh dipakai. Pilih yang lain.");
  }
  return asTyped;
}
