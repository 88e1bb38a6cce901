import path from "node:path";
import { type Said, UserError } from "../user-error.ts";
import { exitCodes, fileMaxBytes, type PictureSize } from "./encoder-contract.ts";

/** [I/O] Strangers' pictures are read in a process of its own, which may neither last nor grow, and knows no secret. */

export type ImageShape = "avatar" | "banner";

export interface TakenImage {
  /** SHA-256 of the body, hex. */
  hash: string;
  /** WebP, at most 200 kB. */
  body: Uint8Array;
}

/**
 * Makes a picture that somebody sent ours: PNG, JPEG, WebP or the first picture of a GIF, at most 5 MB and 4096 pixels to a
 * side, cut from the middle to 256 x 256 (avatar) or 1500 x 500 (banner). Of one `ownerId` one at a time.
 * Throws UserError (413, 422, 429, 503).
 */
export type TakeImage = (file: File, shape: ImageShape, ownerId: string) => Promise<TakenImage>;

const sizes: Record<ImageShape, PictureSize> = {
  avatar: { width: 256, height: 256 },
  banner: { width: 1500, height: 500 },
};

const encoderPath = path.join(import.meta.dir, "encoder.ts");
const encoderMaxMs = 15_000;
const encoderMaxCpuSeconds = 10;
/** What the largest picture that is taken needs is a third of it. */
const encoderMaxKiB = 500_000;
const outputMaxBytes = 256 * 1024;
/** Pictures that wait for their turn, with the one that is read: each holds 5 MB. */
const waitingMax = 8;

/** Limits that the system knows apply; then the encoder, when nothing else wants the processor. */
const script = `ulimit -c 0; ulimit -t ${encoderMaxCpuSeconds}; ulimit -d ${encoderMaxKiB}; exec nice -n 10 "$@"`;

export function createTakeImage(): TakeImage {
  const owners = new Set<string>();
  let last: Promise<unknown> = Promise.resolve();
  return async (file, shape, ownerId) => {
    if (file.size > fileMaxBytes) throw refused("tooManyBytes", 413);
    if (owners.has(ownerId)) throw refused("another", 429);
    if (owners.size >= waitingMax) throw refused("busy", 503);
    owners.add(ownerId);
    const taken = last.then(() => encode(file, sizes[shape]));
    last = taken.catch(() => undefined);
    try {
      const body = await taken;
      return { hash: new Bun.CryptoHasher("sha256").update(body).digest("hex"), body };
    } finally {
      owners.delete(ownerId);
    }
  };
}

async function encode(file: File, { width, height }: PictureSize): Promise<Uint8Array> {
  const encoder = Bun.spawn({
    cmd: ["/bin/sh", "-c", script, "sh", process.execPath, encoderPath, String(width), String(height)],
    env: { DO_NOT_TRACK: "1", PATH: "/usr/bin:/bin" },
    stdin: new Uint8Array(await file.arrayBuffer()),
    stdout: "pipe",
    stderr: "ignore",
    timeout: encoderMaxMs,
    killSignal: "SIGKILL",
    maxBuffer: outputMaxBytes,
  });
  const body = new Uint8Array(await new Response(encoder.stdout).arrayBuffer());
  const code = await encoder.exited;
  if (code === 0 && body.length > 0 && body.length < outputMaxBytes) return body;
  const reason = Object.entries(exitCodes).find(([, known]) => known === code)?.[0];
  throw refused((reason ?? "unreadable") as keyof typeof exitCodes);
}

const sentences = {
  unknownFormat: {
    en: "Choose a PNG, JPEG, WebP or GIF picture.",
    id: "Pilih gambar PNG, JPEG, WebP, atau GIF.",
  },
  tooLarge: {
    en: "This picture is larger than 4096 by 4096 pixels. Choose a smaller one.",
    id: "Gambar ini lebih besar dari 4096 kali 4096 piksel. Pilih yang lebih kecil.",
  },
  tooManyBytes: {
    en: "This picture is larger than 5 MB. Choose a smaller one.",
    id: "Gambar ini lebih besar dari 5 MB. Pilih yang lebih kecil.",
  },
  tooNarrow: {
    en: "This picture is too long and narrow. Choose another one.",
    id: "Gambar ini terlalu panjang dan sempit. Pilih yang lain.",
  },
  unreadable: {
    en: "This picture could not be read. Save it anew in an image editor, or choose another one.",
    id: "Gambar ini tidak dapat dibaca. Simpan ulang di penyunting gambar, atau pilih yang lain.",
  },
  another: {
    en: "Another picture of yours is still being read. Try again in a moment.",
    id: "Gambar Anda yang lain masih dibaca. Coba lagi sebentar lagi.",
  },
  busy: {
    en: "Many people are changing their pictures right now. Try again in a minute.",
    id: "Banyak orang sedang mengganti gambar. Coba lagi sebentar lagi.",
  },
} satisfies Record<string, Said>;

const title: Said = { en: "This picture cannot be used", id: "Gambar ini tidak dapat dipakai" };

/** Why a picture is not taken. */
export function refused(reason: keyof typeof sentences, status: 413 | 422 | 429 | 503 = 422): UserError {
  return new UserError(sentences[reason], {
    status,
    title,
    ...(status === 429 || status === 503 ? { retryAfterSeconds: 10 } : {}),
  });
}
