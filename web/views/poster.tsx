const motifCount = 4;
const paletteCount = 6;

/** FNV-1a, 32 bits, with MurmurHash3's finish: even short names spread evenly. It never changes, so a channel keeps its picture. */
const hash = (text: string): number => {
  let value = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) {
    value = Math.imul(value ^ byte, 0x01000193);
  }
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return (value ^ (value >>> 16)) >>> 0;
};

/** Classes of a channel's own pattern: one of four batik motifs in one of six colourings. */
export const posterClass = (name: string): string => {
  const value = hash(name);
  return `motif-${value % motifCount} palette-${Math.floor(value / motifCount) % paletteCount}`;
};

/** Round picture of a person and their channel: what they uploaded, or their pattern and first letter. Decoration. */
export const Avatar = ({ name, url = null }: { name: string; url?: string | null }) =>
  url === null ? (
    <span class={`avatar ${posterClass(name)}`} aria-hidden="true">
      {[...name][0]?.toUpperCase()}
    </span>
  ) : (
    <img class="avatar" src={url} alt="" width="40" height="40" loading="lazy" decoding="async" />
  );
