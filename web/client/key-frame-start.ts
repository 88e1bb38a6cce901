/** Into the part, so that rounding does not lead to the one before. */
const insideS = 0.01;

/**
 * Where key frames lie further apart than segments may last (OBS's default: 8 s), the segment at the live edge begins
 * without one, and nothing of it can be shown. Adds to such a media playlist an EXT-X-START (RFC 8216bis 4.4.2.2) at the
 * last key frame; any other playlist stays as it is.
 */
export function startAtKeyFrame(playlist: string): string {
  // A player starts so far from the end.
  const holdBackS = Number(/PART-HOLD-BACK=([\d.]+)/.exec(playlist)?.[1]);
  let endS = 0;
  let segment = 0;
  let hasParts = false;
  const parts: { startS: number; segment: number; isIndependent: boolean }[] = [];
  for (const line of playlist.split("\n")) {
    const part = /^#EXT-X-PART:DURATION=([\d.]+)/.exec(line);
    const whole = /^#EXTINF:([\d.]+)/.exec(line);
    if (part) {
      parts.push({ startS: endS, segment, isIndependent: line.includes(",INDEPENDENT=YES") });
      endS += Number(part[1]);
      hasParts = true;
    } else if (whole) {
      if (!hasParts) {
        endS += Number(whole[1]);
      }
      hasParts = false;
      segment += 1;
    }
  }
  const beforeLive = parts.filter(({ startS }) => startS <= endS - holdBackS);
  const atLive = beforeLive.at(-1);
  const keyFrame = beforeLive.findLast(({ isIndependent }) => isIndependent);
  if (!atLive || !keyFrame || atLive.segment === keyFrame.segment) {
    return playlist;
  }
  const offsetS = keyFrame.startS + insideS - endS;
  return playlist.replace("#EXTM3U\n", `#EXTM3U\n#EXT-X-START:TIME-OFFSET=${offsetS.toFixed(3)}\n`);
}
