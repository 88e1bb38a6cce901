import type { Amf0Value } from "./amf0.ts";

/**
 * The key as people give it: as the stream's name, perhaps with a query behind it; or, with everything pasted into the
 * server's field, behind `live/`.
 */
export function streamKey(app: string, streamName: Amf0Value): string {
  const name = typeof streamName === "string" ? bareName(streamName) : "";
  if (name !== "") return name;
  const path = bareName(app);
  return path.startsWith("live/") ? bareName(path.slice("live/".length)) : "";
}

function bareName(text: string): string {
  return (text.split("?", 1)[0] ?? "").replace(/^[\s/]+|[\s/]+$/g, "");
}
