import { cleanName } from "../../signaling/contract/clean-text.ts";
import { FieldError } from "./field-error.ts";
import { reserved } from "./names.ts";

export const maxDisplayNameCharacters = 40;

/** Scripts whose letters look like Latin ones: nobody writes a name in two of them. UTS 39, section 5.2. */
const lookalikeScripts = [/\p{Script=Latin}/u, /\p{Script=Greek}/u, /\p{Script=Cyrillic}/u, /\p{Script=Armenian}/u];

/** Letters of these scripts that are drawn as a Latin one, or nearly so. UTS 39, confusables. */
const drawnAs: Readonly<Record<string, string>> = {
  а: "a",
  ɑ: "a",
  α: "a",
  в: "b",
  ь: "b",
  с: "c",
  ϲ: "c",
  ԁ: "d",
  е: "e",
  ё: "e",
  є: "e",
  ε: "e",
  ɡ: "g",
  һ: "h",
  н: "h",
  ո: "n",
  հ: "h",
  і: "i",
  ї: "i",
  ι: "i",
  ı: "i",
  ɩ: "i",
  ӏ: "l",
  ј: "j",
  к: "k",
  κ: "k",
  м: "m",
  п: "n",
  η: "n",
  о: "o",
  ο: "o",
  օ: "o",
  σ: "o",
  р: "p",
  ρ: "p",
  զ: "q",
  ԛ: "q",
  г: "r",
  ѕ: "s",
  т: "t",
  τ: "t",
  υ: "u",
  ս: "u",
  ц: "u",
  ѵ: "v",
  ν: "v",
  ԝ: "w",
  ω: "w",
  х: "x",
  χ: "x",
  у: "y",
  γ: "y",
  ү: "y",
};

/**
 * What a name looks like in the letters of usernames: without marks, spaces and punctuation, each letter as the Latin one
 * that it is drawn as. Two names that people take for each other have the same.
 */
export const lookalike = (name: string): string =>
  Array.from(
    name
      .normalize("NFKD")
      .toLowerCase()
      .replace(/\p{M}+/gu, ""),
    (letter) => drawnAs[letter] ?? letter,
  )
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
