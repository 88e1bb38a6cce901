/**
 * The wall clock as a picture: its milliseconds in binary, as black and white blocks that survive any encoder. Read back
 * from the page's canvas it tells how old a frame is when it is shown.
 */

const width = 640;
const height = 360;
const bits = 42;
const blockWidth = 15;
const blockHeight = 40;
/** The clock stands twice, the second time inverted, so that half a frame is not taken for a time. */
const rows = 2;

/** A yuv420p frame that says `timeMs` (Unix time) and moves, so that it costs the encoder something. */
export function clockFrame(timeMs: number): Uint8Array {
  const frame = new Uint8Array((width * height * 3) / 2).fill(128, width * height);
  for (let y = blockHeight * rows; y < height; y++) {
    for (let x = 0; x < width; x += 8)
      frame.fill((x * 3 + y * 2 + (timeMs >> 3)) & 255, y * width + x, y * width + x + 8);
  }
  for (let bit = 0; bit < bits; bit++) {
    const isSet = Math.floor(timeMs / 2 ** bit) % 2 === 1;
    for (let y = 0; y < blockHeight * rows; y++) {
      const isLight = y < blockHeight ? isSet : !isSet;
      frame.fill(isLight ? 235 : 16, y * width + bit * blockWidth, y * width + (bit + 1) * blockWidth);
    }
  }
  return frame;
}

/** ffmpeg's arguments for such frames on standard input. */
export const clockInput = [
  "-f",
  "rawvideo",
  "-pixel_format",
  "yuv420p",
  "-video_size",
  `${width}x${height}`,
  "-framerate",
  "30",
  "-i",
  "pipe:0",
];

/** Feeds frames at 30 a second until `signal`; a frame that the encoder cannot take in time is left out. */
export async function feedClock(
  stdin: { write(data: Uint8Array): number | Promise<number>; flush(): number | Promise<number> },
  signal: AbortSignal,
): Promise<void> {
  const startMs = performance.now();
  for (let frame = 1; !signal.aborted; frame++) {
    // An encoder that ends in the middle of it is told by `signal`.
    void Promise.resolve(stdin.write(clockFrame(Date.now()))).catch(() => undefined);
    await stdin.flush();
    await Bun.sleep(Math.max(0, startMs + (frame * 1000) / 30 - performance.now()));
  }
}

/**
 * In the page, where there are no types of this side: from now on collects, at each frame that `video` shows, the age of
 * its picture in ms, the gaps between frames, and both moments of each frame, in `window.clockSamples`.
 */
export const collectAges = `(() => {
  const video = document.querySelector("video");
  const canvas = Object.assign(document.createElement("canvas"), { width: ${width}, height: ${blockHeight * rows} });
  const context = canvas.getContext("2d", { willReadFrequently: true });
  const samples = (window.clockSamples = { agesMs: [], gapsMs: [], frames: [], unreadable: 0, stalls: 0 });
  let last = null;
  const onFrame = () => {
    const now = performance.timeOrigin + performance.now();
    context.drawImage(video, 0, 0, ${width}, ${height});
    const light = (x, y) => context.getImageData(x, y, 1, 1).data[0] > 128;
    let time = 0;
    let isReadable = true;
    for (let bit = 0; bit < ${bits}; bit++) {
      const x = bit * ${blockWidth} + ${Math.floor(blockWidth / 2)};
      const isSet = light(x, ${blockHeight / 2});
      if (isSet === light(x, ${blockHeight * 1.5})) isReadable = false;
      if (isSet) time += 2 ** bit;
    }
    samples.frames.push([now, isReadable ? time : null]);
    if (isReadable) samples.agesMs.push(now - time);
    else samples.unreadable++;
    if (last !== null) samples.gapsMs.push(now - last);
    last = now;
    video.requestVideoFrameCallback(onFrame);
  };
  video.requestVideoFrameCallback(onFrame);
  video.addEventListener("waiting", () => samples.stalls++);
})()`;

export interface ClockSamples {
  agesMs: number[];
  gapsMs: number[];
  /** When each frame was shown, and when it was captured where that could be read; Unix ms. */
  frames: [number, number | null][];
  unreadable: number;
  /** How often the video ran dry. */
  stalls: number;
}
