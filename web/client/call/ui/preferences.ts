/** What is remembered in this browser for the next call. */
export interface Preferences {
  /** What a guest was called; "" for nothing yet. */
  name: string;
  mic: boolean;
  camera: boolean;
  view: "grid" | "speaker";
}

const storageKey = "panggung-call";
const defaults: Preferences = { name: "", mic: true, camera: true, view: "grid" };

/** A browser that is told to store nothing refuses even to be asked: then nothing is remembered. */
export function readPreferences(): Preferences {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(storageKey) ?? "null");
    if (typeof stored !== "object" || stored === null) return defaults;
    const { name, mic, camera, view } = { ...defaults, ...(stored as Partial<Record<keyof Preferences, unknown>>) };
    return {
      name: typeof name === "string" ? name : "",
      mic: mic !== false,
      camera: camera !== false,
      view: view === "speaker" ? "speaker" : "grid",
    };
  } catch {
    return defaults;
  }
}

export function remember(changed: Partial<Preferences>): void {
  try {
    localStorage.setItem(storageKey, JSON.stringify({ ...readPreferences(), ...changed }));
  } catch {
    // It lives as long as the page.
  }
}
