/** Half a minute of a slow tune on bronze bars, which begins again without a jump: a WAV file, mono, 16 bits. */

const samplesPerSec = 48_000;
const beatS = 0.75;
/** A scale of five tones as gamelans have it (slendro), in Hz. */
const scale = [233, 268, 307, 352, 406, 466, 536];
/** For each beat a bar of the high row and one of the low row; "." is silence. */
const high = "0.2.4.3. 2.3.1.0. 4.5.4.2. 3.1.2.0.".replaceAll(" ", "");
const low = "0...2... 3...1... 4...2... 1...0...".replaceAll(" ", "");

export function melody(): Buffer {
  const beatSamples = beatS * samplesPerSec;
  const samples = new Float32Array(high.length * beatSamples);
  for (const [row, loudness, ringS, octave] of [
    [high, 0.11, 1.1, 1],
    [low, 0.14, 2.6, 0.5],
  ] as const) {
    for (const [beat, bar] of Array.from(row).entries()) {
      const tone = scale[Number(bar)];
      if (tone !== undefined) strike(samples, beat * beatSamples, tone * octave, loudness, ringS);
    }
  }
  return wavOf(samples);
}

/** What rings on at the end is heard at the beginning. */
function strike(samples: Float32Array, from: number, hertz: number, loudness: number, ringS: number): void {
  for (let sample = 0; sample < 2.5 * ringS * samplesPerSec; sample++) {
    const timeS = sample / samplesPerSec;
    const fade = Math.exp(-timeS / (ringS / 2)) * Math.min(1, timeS * 250);
    const turn = 2 * Math.PI * hertz * timeS;
    // A bar's overtones are no whole multiples; two of almost one pitch beat, as pairs of instruments are tuned.
    const sound = Math.sin(turn) + 0.5 * Math.sin(turn * 1.006) + 0.16 * Math.sin(turn * 2.76) * Math.exp(-timeS * 6);
    const at = (from + sample) % samples.length;
    samples[at] = (samples[at] ?? 0) + loudness * fade * sound;
  }
}

function wavOf(samples: Float32Array): Buffer {
  const header = Buffer.alloc(44);
  header.write("RIFF", 0);
  header.writeUInt32LE(36 + samples.length * 2, 4);
  header.write("WAVEfmt ", 8);
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(samplesPerSec, 24);
  header.writeUInt32LE(samplesPerSec * 2, 28);
  header.writeUInt16LE(2, 32);
  header.writeUInt16LE(16, 34);
  header.write("data", 36);
  header.writeUInt32LE(samples.length * 2, 40);
  const data = Int16Array.from(samples, (value) => Math.max(-1, Math.min(1, value)) * 32_767);
  return Buffer.concat([header, Buffer.from(data.buffer)]);
}
