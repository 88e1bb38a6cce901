import { crc32, deflateSync } from "node:zlib";

/** Files that somebody uploads who does not mean a picture. */

const signature = Buffer.from("89504e470d0a1a0a", "hex");

function chunk(type: string, body: Uint8Array): Buffer {
  const checked = Buffer.concat([Buffer.from(type, "latin1"), body]);
  const framed = Buffer.alloc(8 + checked.length);
  framed.writeUInt32BE(body.length, 0);
  checked.copy(framed, 4);
  framed.writeUInt32BE(crc32(checked), 4 + checked.length);
  return framed;
}

/** Of one colour. `data`: what stands for the rows, instead of as many as there should be. */
function png(width: number, height: number, { data, more = [] }: { data?: Buffer; more?: Buffer[] } = {}): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 6, 0, 0, 0], 8);
  const rows = data ?? deflateSync(Buffer.alloc((1 + width * 4) * height), { level: 9 });
  return Buffer.concat([
    signature,
    chunk("IHDR", header),
    ...more,
    chunk("IDAT", rows),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

/** One pixel, whose comment is `text`. */
const gif = (text: string): Buffer =>
  Buffer.concat([
    Buffer.from("GIF89a\u0001\u0000\u0001\u0000\u0080\u0000\u0000", "latin1"),
    Buffer.from([0xff, 0xff, 0xff, 0, 0, 0, 0x21, 0xfe, text.length]),
    Buffer.from(text, "latin1"),
    Buffer.from([0, 0x2c, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 1, 0, 0x3b]),
  ]);

const script = "<script>alert(document.domain)</script>";
const svg = `<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)">${script}</svg>`;

/** Of zeros, a hundred million and more, in a tenth of a megabyte. */
const zeros = (bytes: number): Buffer => deflateSync(Buffer.alloc(bytes), { level: 9 });

export interface HostileFile {
  what: string;
  bytes: Buffer;
  type: string;
  /** Whether it is a picture all the same, which may be taken: made anew, nothing else of it is kept. */
  mayBeTaken: boolean;
}

export function hostileFiles(): HostileFile[] {
  const whole = png(64, 64);
  const refused = (what: string, bytes: Buffer, type = "image/png"): HostileFile => ({
    what,
    bytes,
    type,
    mayBeTaken: false,
  });
  const remade = (what: string, bytes: Buffer, type = "image/png"): HostileFile => ({
    what,
    bytes,
    type,
    mayBeTaken: true,
  });
  return [
    refused("65 535 × 65 535 in its header", png(65_535, 65_535, { data: zeros(1000) })),
    refused("2^31 - 1 × 1 in its header", png(0x7fff_ffff, 1, { data: zeros(1000) })),
    refused("12 000 × 12 000 of one colour", png(12_000, 4, { data: zeros(12_000 * 4 * 100) })),
    refused("0 × 0", png(0, 0)),
    remade("4096 × 4096 of one colour: 67 MB in 65 kB", png(4096, 4096)),
    remade("rows for 400 MB in a picture of 64 × 64", png(64, 64, { data: zeros(400_000_000) })),
    remade(
      "a colour profile of 400 MB",
      png(64, 64, { more: [chunk("iCCP", Buffer.concat([Buffer.from("x\0\0"), zeros(400_000_000)]))] }),
    ),
    remade(
      "a comment of 400 MB",
      png(64, 64, { more: [chunk("zTXt", Buffer.concat([Buffer.from("x\0\0"), zeros(400_000_000)]))] }),
    ),
    refused("cut off in the middle", whole.subarray(0, whole.length / 2)),
    refused("cut off after the header", whole.subarray(0, 33)),
    refused("SVG with scripts, called PNG", Buffer.from(svg)),
    refused("HTML, called PNG", Buffer.from(`<!doctype html>${script}`)),
    refused("a PNG's signature before HTML", Buffer.concat([signature, Buffer.from(script)])),
    refused("a GIF's signature before a script", Buffer.from("GIF89a=1;alert(document.domain)//"), "image/gif"),
    remade("a GIF with a script in its comment", gif(script), "image/gif"),
    remade(
      "a picture with a ZIP behind it",
      Buffer.concat([whole, Buffer.from("PK\u0003\u0004"), Buffer.from(script)]),
    ),
    remade("a picture with HTML in it", png(64, 64, { more: [chunk("tEXt", Buffer.from(`x\0${script}`))] })),
    refused("PDF", Buffer.from("%PDF-1.7\n1 0 obj<</JS(app.alert(1))>>endobj")),
    refused(
      "ImageMagick's script",
      Buffer.from("push graphic-context\nfill 'url(https://pwn.example)'"),
      "image/x-mvg",
    ),
    refused("6 MB", Buffer.concat([whole, Buffer.alloc(6_000_000)])),
    refused("nothing", Buffer.alloc(0)),
  ];
}
