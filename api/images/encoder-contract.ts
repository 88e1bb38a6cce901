/** What the process that reads strangers' pictures and the one that asks it agree upon. */

export interface PictureSize {
  width: number;
  height: number;
}

/** Largest file that is taken, bytes. */
export const fileMaxBytes = 5_000_000;

/** Longest side of a picture that is taken, pixels. */
export const sideMax = 4096;

/** By content, never by name. SVG is a document, not a picture. */
export const takenFormats: ReadonlySet<string> = new Set(["png", "jpeg", "webp", "gif"]);

/** What is wrong with the picture. Other codes: it could not be read within its limits. */
export const exitCodes = { unknownFormat: 20, tooLarge: 21, tooNarrow: 22, unreadable: 23 } as const;
