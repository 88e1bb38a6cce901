import type { Channel } from "../db/channels.ts";
import type { StreamView } from "../db/streams.ts";
import { StreamHealth } from "../ingest/contract/health.ts";
import type { StudioStatusProps } from "../web/views/studio-status.tsx";
import { streamWarnings } from "./stream-warnings.ts";

/** What the studio says of a channel now. A health report that this version cannot read is left out. */
export function studioStatus({ lastRefusal }: Channel, stream: StreamView | undefined): StudioStatusProps {
  const refusal = lastRefusal && {
    at: lastRefusal.at,
    reason: lastRefusal.reason,
    message: lastRefusal.message,
    remoteAddress: lastRefusal.remoteAddress,
  };
  if (stream === undefined || stream.state === "ended") {
    const { endedAt = null, endReason = null, endNote = null } = stream ?? {};
    const ended = endReason === "operator" && endedAt !== null ? { at: endedAt, reason: endNote } : null;
    return { state: "offline", startedAt: null, health: null, warnings: [], ended, lastRefusal: refusal };
  }
  const health = StreamHealth.safeParse(stream.health).data ?? null;
  const warnings = health === null || stream.state === "interrupted" ? [] : streamWarnings(health);
  return { state: stream.state, startedAt: stream.startedAt, health, warnings, ended: null, lastRefusal: refusal };
}
