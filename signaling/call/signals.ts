import type { Rate } from "../chat/token-bucket.ts";
import type { ClientMessage } from "../contract/messages.ts";
import type { People, Seat } from "./people.ts";

/** A join among eight takes about 150 KiB, an ICE restart with all of them 70. */
const signalKibRate: Rate = { burst: 1024, everyMs: 16 };

/** Passes on what one peer tells another, under the name of who said it. `bytes`: of the frame it came in. */
export function relaySignal(
  people: People,
  seat: Seat,
  { to, connection, signal }: Extract<ClientMessage, { type: "signal" }>,
  bytes: number,
  now: number,
): void {
  if (seat.signals.take(signalKibRate, now, bytes / 1024) !== null) {
    return people.refuse(seat, "rate-limited", "Too much at once: some was dropped.");
  }
  const target = people.seat(to);
  const areConnected = target !== undefined && target !== seat && (target.peer.onStage || seat.peer.onStage);
  if (!areConnected) return people.refuse(seat, "no-such-peer", "There is nobody of this id you could reach.");
  return people.send(target, { type: "signal", from: seat.peer.id, connection, signal });
}
