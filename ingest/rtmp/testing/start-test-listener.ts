import { type RtmpListener, type RtmpListenerOptions, startRtmpListener } from "../listener.ts";
import type { FakeStage } from "./fake-stage.ts";

export interface TestListener {
  listener: RtmpListener;
  stage: FakeStage;
  /** Added to the real clock, ms. */
  clock: { aheadMs: number };
  lines: { level: "debug" | "info" | "warn" | "error"; message: string; fields: Record<string, unknown> }[];
}

/** A real listener on a free port before a fake stage. [I/O] */
export function startTestListener(stage: FakeStage, options: Partial<RtmpListenerOptions> = {}): TestListener {
  const clock = { aheadMs: 0 };
  const lines: TestListener["lines"] = [];
  const write = (level: TestListener["lines"][number]["level"]) => (fields: object, message: string) => {
    lines.push({ level, message, fields: { ...fields } });
  };
  const listener = startRtmpListener({
    host: "127.0.0.1",
    port: 0,
    stage,
    log: { debug: write("debug"), info: write("info"), warn: write("warn"), error: write("error") },
    now: () => performance.now() + clock.aheadMs,
    ...options,
  });
  return { listener, stage, clock, lines };
}

/** Waits until something is so; rejects with its description after `patienceMs`. */
export async function eventually(what: string, isSo: () => boolean, patienceMs = 3000): Promise<void> {
  const giveUpAtMs = performance.now() + patienceMs;
  while (!isSo()) {
    if (performance.now() > giveUpAtMs) throw new Error(`never came about: ${what}`);
    await Bun.sleep(5);
  }
}
