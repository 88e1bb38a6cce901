/** How long something has been going on, as clocks show it: 0:05, 12:40, 1:02:03. `ms` before zero counts as zero. */
export function clockText(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  const [hours, minutes] = [Math.floor(seconds / 3_600), Math.floor((seconds % 3_600) / 60)];
  const inHour = hours > 0 ? `${hours}:${String(minutes).padStart(2, "0")}` : String(minutes);
  return `${inHour}:${String(seconds % 60).padStart(2, "0")}`;
}
