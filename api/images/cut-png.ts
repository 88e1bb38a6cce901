import { crc32, deflateSync, inflateSync } from "node:zlib";
import type { PictureSize } from "./encoder-contract.ts";

/** PNG (W3C, third edition, 5 and 9): only what `Bun.Image` writes at compression level 0, RGBA rows without filters. */

const signature = Buffer.from("89504e470d0a1a0a", "hex");
const bytesPerPixel = 4;
/** Bit depth 8, colour type RGBA, no interlacing. */
const rgba = Buffer.from("0806000000", "hex");

/**
 * The middle of a PNG that `Bun.Image` has written with `compressionLevel: 0`, as a PNG of nothing but its pixels: no colour
 * profile, no text, nothing that came with the picture. Throws when it is written in another way.
 */
export function cutPng(png: Uint8Array, { width, height }: PictureSize): Uint8Array {
  const { header, data } = readChunks(png);
  const whole = { width: header.readUInt32BE(0), height: header.readUInt32BE(4) };
  if (!header.subarray(8).equals(rgba) || whole.width < width || whole.height < height) {
    throw new Error("Not the PNG that was asked for");
  }
  const left = Math.floor((whole.width - width) / 2) * bytesPerPixel;
  const top = Math.floor((whole.height - height) / 2);
  // Each row begins with the type of its filter.
  const wholeRow = 1 + whole.width * bytesPerPixel;
  const row = 1 + width * bytesPerPixel;
  const rows = Buffer.alloc(row * height);
  for (let y = 0; y < height; y += 1) {
    const start = (top + y) * wholeRow;
    if (data[start] !== 0) throw new Error("A row of the PNG is filtered");
    data.copy(rows, y * row + 1, start + 1 + left, start + left + row);
  }
  const size = Buffer.alloc(8);
  size.writeUInt32BE(width, 0);
  size.writeUInt32BE(height, 4);
  return Buffer.concat([
    signature,
    chunk("IHDR", Buffer.concat([size, rgba])),
    chunk("IDAT", deflateSync(rows, { level: 0 })),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

function readChunks(png: Uint8Array): { header: Buffer; data: Buffer } {
  const bytes = Buffer.from(png.buffer, png.byteOffset, png.byteLength);
  let header: Buffer | null = null;
  const data: Buffer[] = [];
  for (let at = signature.length; at < bytes.length;) {
    const length = bytes.readUInt32BE(at);
    const type = bytes.toString("latin1", at + 4, at + 8);
    const body = bytes.subarray(at + 8, at + 8 + length);
    if (type === "IHDR") header = body;
    if (type === "IDAT") data.push(body);
    // Length, type, body, check sum.
    at += 12 + length;
  }
  if (header === null) throw new Error("A PNG without a header");
  return { header, data: inflateSync(Buffer.concat(data)) };
}

function chunk(type: string, body: Uint8Array): Buffer {
  const checked = Buffer.concat([Buffer.from(type, "latin1"), body]);
  const framed = Buffer.alloc(8 + checked.length);
  framed.writeUInt32BE(body.length, 0);
  checked.copy(framed, 4);
  framed.writeUInt32BE(crc32(checked), 4 + checked.length);
  return framed;
}
