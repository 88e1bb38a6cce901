import { expect, setDefaultTimeout, test } from "bun:test";
import { deflateSync } from "node:zlib";
import { UserError } from "../user-error.ts";
import { cutPng } from "./cut-png.ts";
import { createTakeImage, type ImageShape } from "./take-image.ts";

// The encoder runs when nothing else wants the processor.
setDefaultTimeout(20_000);

const signature = Buffer.from("89504e470d0a1a0a", "hex");

type Pixel = [red: number, green: number, blue: number, alpha: number];

/** A PNG of RGBA rows, each with the type of its filter before it. */
function pngOf(width: number, height: number, rows: Buffer): Buffer {
  const header = Buffer.from("00000000000000000806000000", "hex");
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  const data = deflateSync(rows, { level: 1 });
  return Buffer.concat([signature, chunk("IHDR", header), chunk("IDAT", data), chunk("IEND", Buffer.of())]);
}

/** A PNG of pixels that a function chooses. */
function paint(width: number, height: number, pixelAt: (x: number, y: number) => Pixel): Buffer {
  const rows = Buffer.alloc((1 + width * 4) * height);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) rows.set(pixelAt(x, y), y * (1 + width * 4) + 1 + x * 4);
  }
  return pngOf(width, height, rows);
}

const png = (width: number, height: number, pixel: Pixel = [200, 30, 40, 255]): Buffer =>
  paint(width, height, () => pixel);

/** The pixel in the middle. */
async function middleOf(picture: Uint8Array): Promise<number[]> {
  const whole = await new Bun.Image(picture).png({ compressionLevel: 0 }).bytes();
  const one = cutPng(whole, { width: 1, height: 1 });
  // Signature, header, what comes before the data, the headers of zlib and of its block, the row's filter.
  return [...one.subarray(8 + 25 + 8 + 2 + 5 + 1).subarray(0, 4)];
}

const take = (body: Uint8Array | string, shape: ImageShape = "avatar", takeImage = createTakeImage(), owner = "wati") =>
  takeImage(new File([typeof body === "string" ? body : new Uint8Array(body)], "a.png"), shape, owner);

async function refusal(body: Uint8Array | string): Promise<string> {
  const error: unknown = await take(body).then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof UserError)) throw new Error(`Not refused but ${String(error)}`);
  return `${error.status}: ${error.told("en").message}`;
}

/** A chunk of a PNG with a check sum. */
function chunk(type: string, body: Uint8Array): Buffer {
  const checked = Buffer.concat([Buffer.from(type, "latin1"), body]);
  const framed = Buffer.alloc(8 + checked.length);
  framed.writeUInt32BE(body.length);
  checked.copy(framed, 4);
  framed.writeUInt32BE(Bun.hash.crc32(checked), 4 + checked.length);
  return framed;
}

/** What says that it is `width` x `height` grey pixels, of which there are as many as 1 kB can say. */
function bomb(width: number, height: number): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = 8;
  const data = deflateSync(Buffer.alloc(Math.min((width + 1) * height, 64 * 1024 * 1024)));
  return Buffer.concat([signature, chunk("IHDR", header), chunk("IDAT", data), chunk("IEND", Buffer.alloc(0))]);
}

test("pictures of each kind that is taken become WebP of the size wanted", async () => {
  const source = png(640, 360);
  const kinds = {
    png: source,
    jpeg: await new Bun.Image(source).jpeg().bytes(),
    webp: await new Bun.Image(source).webp().bytes(),
    // One pixel.
    gif: Buffer.from("R0lGODlhAQABAIAAAP8AAAAAACwAAAAAAQABAAACAkQBADs=", "base64"),
  };
  for (const body of Object.values(kinds)) {
    for (const [shape, width, height] of [
      ["avatar", 256, 256],
      ["banner", 1500, 500],
    ] as const) {
      const taken = await take(body, shape);
      expect(await new Bun.Image(taken.body).metadata()).toEqual({ width, height, format: "webp" });
      expect(taken.body.length).toBeLessThanOrEqual(200_000);
      expect(taken.hash).toBe(new Bun.CryptoHasher("sha256").update(taken.body).digest("hex"));
    }
  }
});

test.each(["opaque", "glassy"])("%s noise as large as may be stays below 200 kB", async (kind) => {
  const noise = Buffer.from(crypto.getRandomValues(new Uint8Array(65_536)));
  const [width, height] = [1500, 500];
  const rows = Buffer.alloc((1 + width * 4) * height);
  for (let y = 0; y < height; y += 1) {
    const start = y * (1 + width * 4) + 1;
    const from = (y * 101) % 50_000;
    noise.copy(rows, start, from, from + width * 4);
    if (kind === "opaque") for (let x = 0; x < width; x += 1) rows[start + x * 4 + 3] = 255;
  }
  expect((await take(pngOf(width, height, rows), "banner")).body.length).toBeLessThanOrEqual(200_000);
});

test("the middle is what stays, with its transparency", async () => {
  const red: Pixel = [250, 0, 0, 255];
  const wide = paint(300, 100, (x) => (x >= 100 && x < 200 ? [0, 250, 0, 128] : red));
  const high = paint(100, 300, (_, y) => (y >= 100 && y < 200 ? [0, 250, 0, 128] : red));
  for (const picture of [wide, high]) {
    const { body } = await take(picture);
    const [r = 0, g = 0, , a = 0] = await middleOf(body);
    expect([r < 30, g > 220, Math.abs(a - 128) < 5]).toEqual([true, true, true]);
  }
  expect(() => cutPng(wide, { width: 1, height: 1 })).not.toThrow();
  expect(() => cutPng(wide, { width: 301, height: 1 })).toThrow();
});

test("nothing that came with a picture goes on with it", async () => {
  const source = png(300, 300);
  const script = Buffer.from("<script>alert(1)</script>");
  const text = chunk("tEXt", Buffer.concat([Buffer.from("Comment\0"), script]));
  const polyglot = Buffer.concat([
    source.subarray(0, 33),
    text,
    source.subarray(33),
    script,
    Buffer.from("PK\x03\x04"),
  ]);
  const { body } = await take(polyglot);
  expect(Buffer.from(body).includes("script")).toBe(false);
  expect(Buffer.from(body).subarray(0, 4).toString()).toBe("RIFF");
  expect(Buffer.from(body).readUInt32LE(4) + 8).toBe(body.length);
});

test("what is no picture, or none that is taken, is refused", async () => {
  const unknown = "422: Choose a PNG, JPEG, WebP or GIF picture.";
  const bmp = Buffer.concat([Buffer.from("BM"), Buffer.alloc(60)]);
  const svg = "<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>";
  expect(await refusal(svg)).toBe(unknown);
  expect(await refusal("<!doctype html><title>GIF89a</title>")).toBe(unknown);
  expect(await refusal("#!/bin/sh")).toBe(unknown);
  expect(await refusal(bmp)).toMatch(/^422/);
  expect(await refusal("")).toMatch(/^422/);
});

test("truncated and damaged pictures are refused, or read as far as they go", async () => {
  const source = png(300, 300);
  const unreadable = "422: This picture could not be read. Save it anew in an image editor, or choose another one.";
  expect(await refusal(source.subarray(0, 100))).toBe(unreadable);
  const webp = await new Bun.Image(source).webp().bytes();
  expect(await refusal(webp.subarray(0, webp.length / 2))).toBe(unreadable);
  expect(await refusal("GIF89a")).toBe(unreadable);
  const jpeg = await new Bun.Image(source).jpeg().bytes();
  expect((await take(jpeg.subarray(0, jpeg.length - 20))).body.length).toBeLessThan(200_000);
});

test("bombs and giants are refused by their header", async () => {
  const tooLarge = "422: This picture is larger than 4096 by 4096 pixels. Choose a smaller one.";
  expect(await refusal(bomb(30_000, 30_000))).toBe(tooLarge);
  expect(await refusal(bomb(5000, 10))).toBe(tooLarge);
  expect(await refusal(bomb(0x7fff_ffff, 0x7fff_ffff))).toMatch(/^422/);
  expect(await refusal(bomb(4096, 4))).toBe("422: This picture is too long and narrow. Choose another one.");
  expect(await refusal(new Uint8Array(5_000_001))).toBe("413: This picture is larger than 5 MB. Choose a smaller one.");
  expect((await take(bomb(4096, 4096))).body.length).toBeLessThan(10_000);
});

test("each person has one picture read at a time, and all together a few", async () => {
  const takeImage = createTakeImage();
  const body = png(64, 64);
  const first = take(body, "avatar", takeImage);
  expect(await take(body, "avatar", takeImage).catch((error: UserError) => error.status)).toBe(429);
  const others = Array.from({ length: 10 }, (_, i) => take(body, "avatar", takeImage, `person-${i}`));
  const outcomes = await Promise.allSettled([first, ...others]);
  expect(outcomes.map(({ status }) => status).filter((status) => status === "rejected")).toHaveLength(3);
  expect((await take(body, "avatar", takeImage)).hash).toHaveLength(64);
});
