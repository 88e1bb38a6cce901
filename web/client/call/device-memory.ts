import type { LocalMedia } from "./types.ts";

/** Which devices were chosen, kept in this browser. */

const key = "panggung.devices";
const names = ["cameraId", "microphoneId", "speakerId"] as const;

export function readChoice(): LocalMedia["choice"] {
  const choice = { cameraId: "", microphoneId: "", speakerId: "" };
  try {
    const stored = JSON.parse(localStorage.getItem(key) ?? "{}") as Record<string, unknown>;
    for (const name of names) {
      const id = stored[name];
      if (typeof id === "string") choice[name] = id;
    }
  } catch {
    // Nothing that can be read, or a browser that stores nothing: its own choice will do.
  }
  return choice;
}

export function storeChoice(choice: LocalMedia["choice"]): void {
  try {
    localStorage.setItem(key, JSON.stringify(choice));
  } catch {
    // It holds as long as the page.
  }
}
