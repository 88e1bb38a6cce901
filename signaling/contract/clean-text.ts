/** How what people write is made fit to be shown among others: text to the end, in one line. Linear in its length. */

/** Overrides of the direction of text reach beyond their line; zero-width characters hide words; the rest is not to be seen. */
const unseen =
  /[\p{Cc}\p{Co}\u061c\u180e\u200b\u200e\u200f\u2028\u2029\u202a-\u202e\u2060-\u2064\u2066-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\ufffe\uffff]/gu;
/** More marks on one letter than any language has climb over the lines above. */
const towers = /(\p{M}{4})\p{M}+/gu;

/** The text as it is shown and stored: one line, trimmed, in composed form, without what would harm its neighbours. */
export const cleanText = (text: string): string =>
  text.toWellFormed().replace(/\s+/gu, " ").replace(unseen, "").normalize("NFC").replace(towers, "$1").trim();

/** Seen by nobody, or as nothing: with these two names could look the same. */
const blank = /[[\p{Default_Ignorable_Code_Point}\u2800]--\p{Join_Control}--[\ufe0e-\ufe0f]]/gv;
/** (Non-)joiners shape words of Arabic and Indic scripts, and emoji such as families; after anything else they are blank too. */
const idleJoiners =
  /(?<![[\p{L}\p{M}\p{Extended_Pictographic}\p{Emoji_Modifier}]--[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{Script=Han}]])[\u200c\u200d]+|[\u200c\u200d]+$/gv;

/** Variation selectors choose how an emoji or a keycap is drawn; after anything else they are blank. */
const idleSelectors = /(?<![\p{Extended_Pictographic}\p{Emoji_Modifier}])[\ufe0e\ufe0f]+(?!\u20e3)/gu;
const visible = /[\p{L}\p{N}\p{P}\p{S}]/u;

/** A name as others see it, of a guest or of a room; "" when there is nothing to see. */
export function cleanName(typed: string): string {
  const name = cleanText(cleanText(typed).replace(blank, "").replace(idleJoiners, "").replace(idleSelectors, ""));
  return visible.test(name) ? name : "";
}
