/**
 * How long a stream has been live, as both the server's page and the ticking clock in the browser write it.
 *
 * @param elapsedMs Time since the start, ms; a clock that is behind the server's counts as zero.
 * @returns `M:SS`, or `H:MM:SS` from one hour on.
 */
export const formatUptime = (elapsedMs: number): string => {
  const totalSeconds = Math.max(0, Math.floor(elapsedMs / 1000));
  const seconds = String(totalSeconds % 60).padStart(2, "0");
  const minutes = Math.floor(totalSeconds / 60) % 60;
  const hours = Math.floor(totalSeconds / 3600);
  return hours === 0 ? `${minutes}:${seconds}` : `${hours}:${String(minutes).padStart(2, "0")}:${seconds}`;
};
