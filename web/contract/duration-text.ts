const units = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
  ["second", 1],
] as const;

/** Making one takes longer than all its uses. */
const formats = new Map<string, Intl.NumberFormat>();

function formatOf(locale: string, unit: string): Intl.NumberFormat {
  const key = `${locale} ${unit}`;
  const known = formats.get(key) ?? new Intl.NumberFormat(locale, { style: "unit", unit, unitDisplay: "long" });
  formats.set(key, known);
  return known;
}

/** Such as `10 minutes` or `10 menit`, in the largest unit that is whole. `locale`: a BCP 47 tag. */
export function durationText(seconds: number, locale: string): string {
  const [unit, length] = units.find(([, each]) => seconds >= each && seconds % each === 0) ?? units[3];
  return formatOf(locale, unit).format(seconds / length);
}
