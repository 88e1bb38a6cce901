import type { AudioConfig, VideoConfig } from "../media/flv-tag.ts";
import { BoxWriter } from "./box-writer.ts";
import { audioTrackId, videoTrackId, videoTimescale } from "./track.ts";

const unityMatrix = [0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000];

/** The Media Initialization Section for one pair of codec configurations: `ftyp` and a `moov` without samples. */
export function writeInitSegment(video: VideoConfig | null, audio: AudioConfig | null): Uint8Array {
  const w = new BoxWriter(2048);
  w.box("ftyp", () => w.ascii("iso6").u32(1).ascii("iso6cmfcmp41"));
  w.box("moov", () => {
    w.fullBox("mvhd", 0, 0, () => {
      w.u32(0, 0, 1000, 0).u32(0x10000).u16(0x100, 0).zeros(8);
      w.u32(...unityMatrix)
        .zeros(24)
        .u32(0xffffffff);
    });
    if (video) writeVideoTrack(w, video);
    if (audio) writeAudioTrack(w, audio);
    w.box("mvex", () => {
      if (video) writeTrackExtends(w, videoTrackId);
      if (audio) writeTrackExtends(w, audioTrackId);
    });
  });
  return w.finish();
}

function writeTrackExtends(w: BoxWriter, trackId: number): void {
  w.fullBox("trex", 0, 0, () => w.u32(trackId, 1, 0, 0, 0));
}

function writeVideoTrack(w: BoxWriter, config: VideoConfig): void {
  w.box("trak", () => {
    writeTrackHeader(w, videoTrackId, config.width, config.height, 0);
    w.box("mdia", () => {
      writeMediaHeader(w, videoTimescale, "vide", "VideoHandler");
      w.box("minf", () => {
        w.fullBox("vmhd", 0, 1, () => w.zeros(8));
        writeDataInformation(w);
        writeSampleTable(w, () => {
          w.box("avc1", () => {
            w.zeros(6).u16(1).zeros(16).u16(config.width, config.height);
            w.u32(0x480000, 0x480000, 0).u16(1).zeros(32).u16(24, 0xffff);
            w.box("avcC", () => w.bytes(config.record));
            w.box("pasp", () => w.u32(1, 1));
          });
        });
      });
    });
  });
}

function writeAudioTrack(w: BoxWriter, config: AudioConfig): void {
  w.box("trak", () => {
    writeTrackHeader(w, audioTrackId, 0, 0, 0x100);
    w.box("mdia", () => {
      writeMediaHeader(w, config.sampleRate, "soun", "SoundHandler");
      w.box("minf", () => {
        w.fullBox("smhd", 0, 0, () => w.zeros(4));
        writeDataInformation(w);
        writeSampleTable(w, () => {
          w.box("mp4a", () => {
            w.zeros(6)
              .u16(1)
              .zeros(8)
              .u16(config.channels, 16)
              .zeros(4)
              .u16(config.sampleRate & 0xffff, 0);
            writeElementaryStreamDescriptor(w, config.record);
          });
        });
      });
    });
  });
}

function writeTrackHeader(w: BoxWriter, trackId: number, width: number, height: number, volume: number): void {
  w.fullBox("tkhd", 0, 3, () => {
    w.u32(0, 0, trackId, 0, 0).zeros(8).u16(0, 0, volume, 0);
    w.u32(...unityMatrix).u32(width * 0x10000, height * 0x10000);
  });
}

function writeMediaHeader(w: BoxWriter, timescale: number, handler: string, name: string): void {
  w.fullBox("mdhd", 0, 0, () => w.u32(0, 0, timescale, 0).u16(0x55c4, 0)); // language "und"
  w.fullBox("hdlr", 0, 0, () => w.u32(0).ascii(handler).zeros(12).ascii(name).u8(0));
}

function writeDataInformation(w: BoxWriter): void {
  w.box("dinf", () => {
    w.fullBox("dref", 0, 0, () => {
      w.u32(1);
      w.fullBox("url ", 0, 1, () => {});
    });
  });
}

function writeSampleTable(w: BoxWriter, sampleEntry: () => void): void {
  w.box("stbl", () => {
    w.fullBox("stsd", 0, 0, () => {
      w.u32(1);
      sampleEntry();
    });
    w.fullBox("stts", 0, 0, () => w.u32(0));
    w.fullBox("stsc", 0, 0, () => w.u32(0));
    w.fullBox("stsz", 0, 0, () => w.u32(0, 0));
    w.fullBox("stco", 0, 0, () => w.u32(0));
  });
}

/** ISO/IEC 14496-1 7.2.6.5: ES_Descriptor around the AudioSpecificConfig. */
function writeElementaryStreamDescriptor(w: BoxWriter, audioSpecificConfig: Uint8Array): void {
  const specific = audioSpecificConfig.length;
  const decoderConfig = 13 + 2 + specific;
  w.fullBox("esds", 0, 0, () => {
    w.u8(0x03, 3 + 2 + decoderConfig + 3)
      .u16(audioTrackId)
      .u8(0);
    w.u8(0x04, decoderConfig, 0x40, 0x15).zeros(3).u32(0, 0);
    w.u8(0x05, specific).bytes(audioSpecificConfig);
    w.u8(0x06, 1, 2);
  });
}
