import type { Subprocess } from "bun";
import { pause } from "./pause.ts";
import type { Picture } from "./picture.ts";

/** Somebody's encoder, which comes back whenever it ends, as OBS does. [I/O] */
export interface Encoder {
  /** What the last one that ended complained of; "" when it said nothing. */
  complaints(): string;
  stop(): Promise<void>;
}

export interface EncoderOptions {
  ffmpeg: string;
  picture: Picture;
  /** A file that is heard again and again. */
  sound: string;
  kilobitsPerSec: number;
  /** Where to publish, key included; asked for at each start. */
  url: () => Promise<string>;
}

type Ffmpeg = Subprocess<"pipe", "ignore", "pipe">;

const firstPauseMs = 1000;
const longestPauseMs = 15_000;
/** Later than this the picture tells a wrong time, and viewers run dry: begin again. */
const latestMs = 2500;
const slowestFramesPerSec = 9;
const goodbyeMaxMs = 2000;

export function keepStreaming(options: EncoderOptions): Encoder {
  const stopping = new AbortController();
  let child: Ffmpeg | undefined;
  let complaints = "";

  const run = async (): Promise<void> => {
    let { framesPerSec } = options.picture;
    let pauseMs = firstPauseMs;
    while (!stopping.signal.aborted) {
      const startedAtMs = performance.now();
      try {
        child = start(options, await options.url(), framesPerSec);
        const said = new Response(child.stderr).text();
        const isTooSlow = await feed(child, options.picture, framesPerSec, stopping.signal);
        child.kill(stopping.signal.aborted ? "SIGINT" : "SIGKILL");
        await child.exited;
        complaints = await said;
        const lastedMs = performance.now() - startedAtMs;
        // Late soon after its start: this machine is too busy for as many pictures. Later: it has slept.
        if (isTooSlow && lastedMs < 60_000)
          framesPerSec = Math.max(slowestFramesPerSec, Math.round((framesPerSec * 2) / 3));
        if (lastedMs > 30_000) pauseMs = firstPauseMs;
      } catch (error) {
        complaints = String(error);
      }
      await pause(pauseMs, stopping.signal);
      pauseMs = Math.min(pauseMs * 2, longestPauseMs);
    }
  };

  const ended = run();
  return {
    complaints: () => complaints,
    stop: async () => {
      stopping.abort();
      // It says goodbye, so that its stream ends at once.
      child?.kill("SIGINT");
      const timer = setTimeout(() => child?.kill("SIGKILL"), goodbyeMaxMs);
      await ended;
      clearTimeout(timer);
    },
  };
}

function start({ ffmpeg, picture, sound, kilobitsPerSec }: EncoderOptions, url: string, framesPerSec: number): Ffmpeg {
  const { width, height } = picture;
  const quiet = "-hide_banner -loglevel error";
  const pictures = `-f rawvideo -pixel_format yuv420p -video_size ${width}x${height} -framerate ${framesPerSec} -i pipe:0`;
  const video = `-c:v libx264 -preset ultrafast -tune zerolatency -g ${2 * framesPerSec} -b:v ${kilobitsPerSec}k`;
  const limits = `-maxrate ${kilobitsPerSec}k -bufsize ${kilobitsPerSec}k -pix_fmt yuv420p`;
  const audio = "-c:a aac -b:a 128k -ac 2";
  return Bun.spawn(
    [
      ffmpeg,
      ...`${quiet} ${pictures} -stream_loop -1 -i`.split(" "),
      sound,
      ...`-map 0:v -map 1:a ${video} ${limits} ${audio} -f flv -rw_timeout 15000000`.split(" "),
      url,
    ],
    // A group of its own: Ctrl-C in a terminal reaches the demo alone, which then ends all in order.
    { stdin: "pipe", stdout: "ignore", stderr: "pipe", detached: true },
  );
}

/** Sends pictures in real time until the encoder ends or is to stop. Returns whether it had to be given up as too late. */
async function feed(child: Ffmpeg, picture: Picture, framesPerSec: number, stopping: AbortSignal): Promise<boolean> {
  const startedAtMs = performance.now();
  for (let frame = 1; !stopping.aborted && child.exitCode === null && child.signalCode === null; frame++) {
    try {
      void child.stdin.write(picture.frameAt(Date.now()));
      await child.stdin.flush();
    } catch {
      // It has ended: why is in its complaints.
      return false;
    }
    const aheadMs = startedAtMs + (frame * 1000) / framesPerSec - performance.now();
    if (aheadMs < -latestMs) return true;
    await Bun.sleep(Math.max(0, aheadMs));
  }
  return false;
}
