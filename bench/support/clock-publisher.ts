import { findTools } from "../../e2e/support/tools.ts";
import { clockInput, feedClock } from "./clock-picture.ts";

/** An encoder that comes back as OBS does: a moment after its connection broke, again and again. */
export interface ClockPublisher {
  /** When the encoder that runs now was started, Unix ms. */
  startedAt: number;
  /** Ends the encoder as a power cut would; it comes back. */
  kill(): void;
  stop(): Promise<void>;
}

/** Publishes pictures that carry the wall clock, 640 × 360 at 30 frames a second, with a tone. */
export function publishClock(url: string, returnAfterMs = 500): ClockPublisher {
  const tone = ["-f", "lavfi", "-i", "sine=frequency=440:sample_rate=48000"];
  const video = ["-c:v", "libx264", "-preset", "ultrafast", "-tune", "zerolatency", "-g", "60", "-b:v", "2370k"];
  const sound = ["-c:a", "aac", "-b:a", "128k"];
  const command = [findTools().ffmpeg, "-v", "error", ...clockInput, ...tone, ...video, ...sound, "-f", "flv", url];
  let isStopping = false;
  let kill = (): void => {};
  const publisher: ClockPublisher = {
    startedAt: 0,
    kill: () => kill(),
    stop: async () => {
      isStopping = true;
      kill();
      await ended;
    },
  };
  const run = async (): Promise<void> => {
    while (!isStopping) {
      const child = Bun.spawn(command, { stdin: "pipe", stdout: "ignore", stderr: "ignore" });
      kill = () => child.kill("SIGKILL");
      publisher.startedAt = Date.now();
      const gone = new AbortController();
      void child.exited.then(() => gone.abort());
      await feedClock(child.stdin, gone.signal).catch(() => undefined);
      await child.exited;
      if (!isStopping) await Bun.sleep(returnAfterMs);
    }
  };
  const ended = run();
  return publisher;
}
