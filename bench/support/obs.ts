import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findTools } from "../../e2e/support/tools.ts";

/** A real OBS on a display of its own, 640 × 360 at 15 frames a second to spare the CPU, with a moving picture and a tone. */
export interface Obs {
  /** What it logged of its connection. */
  log(): string[];
  stop(): Promise<void>;
}

const ini = {
  global: `[General]\nFirstRun=true\nLastVersion=486539266\nInfoIncrement=100\nEnableAutoUpdates=false
[Basic]\nProfile=T\nProfileDir=T\nSceneCollection=T\nSceneCollectionFile=T\n`,
  profile: `[General]\nName=T\n[Output]\nMode=Simple\nReconnect=true\nRetryDelay=2\nMaxRetries=20
[SimpleOutput]\nStreamEncoder=x264\nVBitrate=800\nABitrate=96\nPreset=ultrafast
[Video]\nBaseCX=640\nBaseCY=360\nOutputCX=640\nOutputCY=360\nFPSType=0\nFPSCommon=15\nFPSInt=15
[Audio]\nSampleRate=48000\nChannelSetup=Stereo\n`,
};

/** Starts Xvfb and returns its display and its stop. */
export async function startDisplay(): Promise<{ display: string; stop: () => Promise<unknown> }> {
  const child = Bun.spawn(["Xvfb", "-displayfd", "1", "-screen", "0", "1024x768x24"], {
    stdout: "pipe",
    stderr: "ignore",
  });
  const first = await child.stdout.getReader().read();
  const display = `:${new TextDecoder().decode(first.value).trim()}`;
  return { display, stop: () => (child.kill(), child.exited) };
}

export async function startObs(display: string, server: string, key: string): Promise<Obs> {
  const home = mkdtempSync(join(tmpdir(), "panggung-obs-"));
  const config = join(home, ".config", "obs-studio");
  const profile = join(config, "basic", "profiles", "T");
  const clip = join(home, "clip.mp4");
  mkdirSync(profile, { recursive: true });
  mkdirSync(join(config, "basic", "scenes"));
  const picture = ["-f", "lavfi", "-i", "testsrc2=size=640x360:rate=15", "-f", "lavfi", "-i", "sine=sample_rate=48000"];
  const made = Bun.spawnSync([findTools().ffmpeg, "-v", "error", ...picture, "-t", "10", "-pix_fmt", "yuv420p", clip]);
  if (!made.success) throw new Error(`ffmpeg made no clip: ${made.stderr.toString()}`);
  writeFileSync(join(config, "global.ini"), ini.global);
  writeFileSync(join(profile, "basic.ini"), ini.profile);
  const service = { type: "rtmp_custom", settings: { server, key, use_auth: false, bwtest: false } };
  writeFileSync(join(profile, "service.json"), JSON.stringify(service));
  const scene = {
    name: "T",
    current_scene: "S",
    current_program_scene: "S",
    scene_order: [{ name: "S" }],
    sources: [
      { id: "ffmpeg_source", name: "clip", settings: { local_file: clip, looping: true }, mixers: 255 },
      { id: "scene", name: "S", settings: { items: [{ name: "clip", id: 1, visible: true }], id_counter: 1 } },
    ],
  };
  writeFileSync(join(config, "basic", "scenes", "T.json"), JSON.stringify(scene));

  const output = join(home, "obs.log");
  const flags = ["--startstreaming", "--minimize-to-tray", "--multi", "--collection", "T", "--profile", "T"];
  const child = Bun.spawn(["obs", ...flags], {
    env: {
      PATH: process.env["PATH"] ?? "",
      HOME: home,
      XDG_CONFIG_HOME: join(home, ".config"),
      XDG_RUNTIME_DIR: home,
      QT_QPA_PLATFORM: "xcb",
      LIBGL_ALWAYS_SOFTWARE: "1",
      DISPLAY: display,
    },
    stdout: Bun.file(output),
    stderr: Bun.file(`${output}.err`),
  });
  const read = (file: string): string => {
    try {
      return readFileSync(file, "utf8");
    } catch {
      return "";
    }
  };
  return {
    log: () =>
      `${read(output)}\n${read(`${output}.err`)}`
        .split("\n")
        .filter((line) => /rtmp stream|Streaming St|[Rr]econnect|NetStream|RTMP_|Disconnected/.test(line))
        .map((line) => line.replace(key, "(key)").trim()),
    stop: async () => {
      child.kill("SIGTERM");
      await Promise.race([child.exited, Bun.sleep(5000)]);
      child.kill("SIGKILL");
      await child.exited;
      rmSync(home, { recursive: true, force: true });
    },
  };
}
