import type { StreamHealth } from "../ingest/contract/health.ts";
import type { Said } from "./user-error.ts";

const maxKeyFrameIntervalMs = 4000;
const minFrameRate = 15;
const maxVideoBitrate = 8_000_000;
/** An encoder's own figure is an aim. */
const toleratedExcess = 1.05;

/** A figure with at most one digit after the point, as each language writes it. */
const inEach = (figure: number): Said => {
  const format = (language: string): string =>
    new Intl.NumberFormat(language, { maximumFractionDigits: 1 }).format(figure);
  return { en: format("en"), id: format("id") };
};

const keyFrames = (seconds: Said): Said => ({
  en: `Key frames come ${seconds.en} s apart: viewers load that much before they are live, and some players wait that long for the picture. Set the key-frame interval to 1 or 2 s.`,
  id: `Jarak bingkai kunci ${seconds.id} detik: penonton harus memuat sebanyak itu sebelum melihat siaran langsung, dan sebagian pemutar menunggu selama itu. Atur selang bingkai kunci ke 1 atau 2 detik.`,
});

const slowFrames = (rate: Said): Said => ({
  en: `Only ${rate.en} frames a second arrive. The encoder may be overloaded: lower the resolution or choose a faster preset.`,
  id: `Hanya ${rate.id} bingkai per detik yang tiba. Mungkin enkoder kewalahan: turunkan resolusi atau pilih preset yang lebih cepat.`,
});

const heavyVideo = (megabits: Said): Said => ({
  en: `The video has ${megabits.en} Mbit/s: many viewers cannot load that. 2.5 to 6 Mbit/s suit best.`,
  id: `Video memakai ${megabits.id} Mbit/s: banyak penonton tidak sanggup memuatnya. 2,5 sampai 6 Mbit/s paling cocok.`,
});

const tooMuch = (limit: Said, sent: Said): Said => ({
  en: `This server takes at most ${limit.en} Mbit/s of video and sound together, and ${sent.en} arrive: lower the video bitrate in OBS, under Settings, Output, or the stream will be cut off.`,
  id: `Server ini menerima paling banyak ${limit.id} Mbit/s gambar dan suara bersama-sama, dan yang tiba ${sent.id}: turunkan bitrate video di OBS, pada Settings, Output, atau siaran akan diputus.`,
});

const noVideo: Said = {
  en: "No video arrives. Add a source to the scene, and choose an H.264 encoder.",
  id: "Tidak ada gambar yang tiba. Tambahkan sumber ke adegan, dan pilih enkoder H.264.",
};
const noSound: Said = {
  en: "No sound arrives. Check the audio sources, and choose AAC.",
  id: "Tidak ada suara yang tiba. Periksa sumber audio, dan pilih AAC.",
};

/** What the streamer should change, most urgent first: sentences made from what arrives. */
export function streamWarnings({ state, video, audio, bitrateMax = Infinity }: StreamHealth): Said[] {
  if (state === "interrupted") return [];
  const warnings: Said[] = [];
  const sent = (video?.bitrate ?? 0) + (audio?.bitrate ?? 0);
  if (sent > bitrateMax * toleratedExcess) warnings.push(tooMuch(inEach(bitrateMax / 1e6), inEach(sent / 1e6)));
  if (video === null) {
    warnings.push(noVideo);
  } else {
    const { keyFrameIntervalMs, frameRate, bitrate } = video;
    if (keyFrameIntervalMs !== null && keyFrameIntervalMs > maxKeyFrameIntervalMs) {
      warnings.push(keyFrames(inEach(keyFrameIntervalMs / 1000)));
    }
    // 0: not measured yet.
    if (frameRate > 0 && frameRate < minFrameRate) warnings.push(slowFrames(inEach(frameRate)));
    if (bitrate > maxVideoBitrate) warnings.push(heavyVideo(inEach(bitrate / 1_000_000)));
  }
  if (audio === null) warnings.push(noSound);
  return warnings;
}
