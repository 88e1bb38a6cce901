const motifCount = 4;
const paletteCount = 6;

/** FNV-1a, 32 bits: spreads names evenly and never changes, so a channel keeps its picture. */
const hash = (text: string): number => {
  let value = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) {
    value = Math.imul(value ^ byte, 0x01000193) >>> 0;
  }
  return value;
};

/** Classes of a channel's own pattern: one of four batik motifs in one of six colourings. */
export const posterClass = (name: string): string => {
  const value = hash(name);
  // The lowest bits of this hash are its weakest.
  return `motif-${(value >>> 9) % motifCount} palette-${(value >>> 17) % paletteCount}`;
};

/** Round picture of a channel: its pattern and first letter. */
export const Avatar = ({ name }: { name: string }) => (
  <span class={`avatar ${posterClass(name)}`} aria-hidden="true">
    {[...name][0]?.toUpperCase()}
  </span>
);
