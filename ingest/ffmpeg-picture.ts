/** [I/O] One frame of a stranger's video as a picture, by an ffmpeg that may neither last nor grow, and reaches nothing. */

export interface PictureOptions {
  ffmpegPath: string;
  /** Between its start and its end, ms; then it is killed. @default 8000 */
  withinMs?: number;
}

/** Largest picture that is kept, bytes. */
export const pictureMaxBytes = 200_000;
/** Its box, pixels: full width where the video is wide or as high as a telephone's. */
const box = { width: 640, height: 1138 };
/** One after the other, until the picture is small enough; even noise is with the last. 2 is best, 31 is worst. */
const qualities = ["5", "12", "31"];
const cpuSeconds = 5;
/** Of address space. The decoder holds up to 17 frames, each of at most 16 million pixels; most take a tenth of this. */
const memoryKiB = 1_000_000;
const pixelsMax = String(16_000_000);

/** What applies to it also applies where `nice` or a limit is not known. */
const script = `ulimit -c 0; ulimit -t ${cpuSeconds}; ulimit -v ${memoryKiB}; exec nice -n 19 "$@"`;

/**
 * The first frame of fragmented MP4 that begins with a key frame, as JPEG. Returns null when ffmpeg makes none of it within
 * its limits. Throws when ffmpeg cannot be started.
 */
export async function takePicture(media: Uint8Array, options: PictureOptions): Promise<Uint8Array | null> {
  for (const quality of qualities) {
    const picture = await run(media, quality, options);
    if (picture === null || picture.length <= pictureMaxBytes) return picture;
  }
  return null;
}

async function run(
  media: Uint8Array,
  quality: string,
  { ffmpegPath, withinMs = 8000 }: PictureOptions,
): Promise<Uint8Array | null> {
  const ffmpeg = Bun.spawn({
    cmd: ["/bin/sh", "-c", script, "sh", ffmpegPath, ...commandLine(quality)],
    env: {},
    stdin: media as Uint8Array<ArrayBuffer>,
    stdout: "pipe",
    stderr: "ignore",
    timeout: withinMs,
    killSignal: "SIGKILL",
    // What it writes beyond the largest picture ends it.
    maxBuffer: 4 * pictureMaxBytes,
  });
  const picture = new Uint8Array(await new Response(ffmpeg.stdout).arrayBuffer());
  const isJpeg = picture[0] === 0xff && picture[1] === 0xd8 && picture.at(-2) === 0xff && picture.at(-1) === 0xd9;
  return (await ffmpeg.exited) === 0 && isJpeg ? picture : null;
}

function commandLine(quality: string): string[] {
  const { width, height } = box;
  const scale = `scale=${width}:${height}:force_original_aspect_ratio=decrease:force_divisible_by=2`;
  return [
    "-nostdin -hide_banner -loglevel quiet -threads 1 -protocol_whitelist pipe",
    `-max_pixels ${pixelsMax} -f mp4 -i pipe:0`,
    `-an -sn -dn -frames:v 1 -filter_threads 1 -vf ${scale},format=yuvj420p`,
    `-c:v mjpeg -threads 1 -q:v ${quality} -map_metadata -1 -f mjpeg pipe:1`,
  ].flatMap((piece) => piece.split(" "));
}
