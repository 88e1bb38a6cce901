import { cutPng } from "./cut-png.ts";
import { exitCodes, type PictureSize, sideMax, takenFormats } from "./encoder-contract.ts";

/**
 * A process of its own: it reads a stranger's picture from its standard input, and writes it to its standard output anew, as
 * WebP that covers `width` and `height` (its arguments). What is wrong with the picture is its exit code.
 */

/** Of what the picture is scaled to before it is cut: one that is very narrow would be very long. */
const scaledMaxPixels = 12_000_000;
const outMaxBytes = 200_000;
/** One after the other, until the picture is small enough; noise ends up half as wide and high. */
const attempts = [82, 60, 35, 10].map((quality) => ({ quality, divisor: 1 })).concat({ quality: 25, divisor: 2 });

const wanted: PictureSize = { width: Number(process.argv[2]), height: Number(process.argv[3]) };

async function run(): Promise<Uint8Array | keyof typeof exitCodes> {
  const input = await Bun.stdin.bytes();
  const options = { maxPixels: sideMax * sideMax };
  // With its orientation taken into account, as the picture is later.
  const { width, height, format } = await new Bun.Image(input, options).metadata();
  if (!takenFormats.has(format)) return "unknownFormat";
  if (width > sideMax || height > sideMax) return "tooLarge";
  const scale = Math.max(wanted.width / width, wanted.height / height);
  const scaled = {
    width: Math.max(wanted.width, Math.round(width * scale)),
    height: Math.max(wanted.height, Math.round(height * scale)),
  };
  if (scaled.width * scaled.height > scaledMaxPixels) return "tooNarrow";
  const picture = new Bun.Image(input, options).resize(scaled.width, scaled.height).png({ compressionLevel: 0 });
  const cut = cutPng(await picture.bytes(), wanted);
  for (const { quality, divisor } of attempts) {
    const image = new Bun.Image(cut).resize(wanted.width / divisor, wanted.height / divisor);
    const output = await image.webp({ quality }).bytes();
    if (output.length <= outMaxBytes) return output;
  }
  return "unreadable";
}

const result = await run().catch((error: unknown) => {
  const code = error instanceof Error && "code" in error ? error.code : null;
  if (code === "ERR_IMAGE_UNKNOWN_FORMAT" || code === "ERR_IMAGE_FORMAT_UNSUPPORTED") return "unknownFormat" as const;
  return code === "ERR_IMAGE_TOO_MANY_PIXELS" ? ("tooLarge" as const) : ("unreadable" as const);
});
if (typeof result === "string") process.exit(exitCodes[result]);
await Bun.write(Bun.stdout, result);
