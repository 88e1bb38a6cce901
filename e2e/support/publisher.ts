import { findTools } from "./tools.ts";

export interface Publisher {
  /** SIGINT: ffmpeg says goodbye (FCUnpublish, deleteStream). SIGKILL: the connection just breaks. */
  end(signal: "SIGINT" | "SIGKILL"): Promise<void>;
  /** Resolves with the exit code when ffmpeg ends by itself or by `end`. */
  exited: Promise<number>;
  /** What ffmpeg complained of. */
  complaints(): string;
}

const testPicture = "testsrc2=size=640x360:rate=30";
const humming = ["-f", "lavfi", "-i", "sine=frequency=440:sample_rate=48000"];
const video = ["-c:v", "libx264", "-preset", "ultrafast", "-tune", "zerolatency", "-pix_fmt", "yuv420p", "-g", "60"];
const audio = ["-c:a", "aac", "-b:a", "96k", "-ac", "2"];

/**
 * Publishes a moving picture with a tone, in real time. `picture` is a video source of ffmpeg's lavfi; unless said it is
 * a test picture of 640 × 360 at 30 frames a second. `bitrate` is the picture's, as ffmpeg writes it.
 */
export function publish(serverUrl: string, key: string, picture = testPicture, bitrate = "800k"): Publisher {
  const moving = ["-f", "lavfi", "-i", picture];
  const command = [
    findTools().ffmpeg,
    "-hide_banner",
    "-nostdin",
    "-loglevel",
    "warning",
    "-re",
    ...moving,
    ...humming,
    ...video,
    "-b:v",
    bitrate,
    ...audio,
  ];
  const child = Bun.spawn([...command, "-f", "flv", `${serverUrl}/${key}`], {
    stdin: "ignore",
    stdout: "ignore",
    stderr: "pipe",
  });
  let complaints = "";
  void (async () => {
    for await (const chunk of child.stderr) complaints += new TextDecoder().decode(chunk);
  })();
  return {
    end: async (signal) => {
      child.kill(signal);
      await child.exited;
    },
    exited: child.exited,
    complaints: () => complaints,
  };
}
