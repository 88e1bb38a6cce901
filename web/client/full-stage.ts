import type { PlaylistRefusal } from "../../ingest/contract/playback.ts";

const retryMs = 10_000;

/** Whether ingest's answer instead of a playlist means that there is no place for another viewer. */
export const saysFull = (text: string): boolean => {
  try {
    const answer: unknown = JSON.parse(text);
    const reason: PlaylistRefusal["reason"] = "full";
    return typeof answer === "object" && answer !== null && "reason" in answer && answer.reason === reason;
  } catch {
    return false;
  }
};

/** When to ask again for a place, ms: not all at once. */
export const fullRetryMs = (): number => retryMs * (1 + Math.random() / 2);
