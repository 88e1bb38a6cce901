import { hostileCalls } from "./hostile-calls.ts";
import { hostileConnections } from "./hostile-connections.ts";
import { hostileFrames } from "./hostile-frames.ts";
import { hostileLines } from "./hostile-lines.ts";
import type { Hostile } from "./hostile-stage.ts";
import { hostileTickets } from "./hostile-tickets.ts";

/** All of them, in the order in which they are tried. */
export const hostileClients: Hostile[] = [
  ...hostileTickets,
  ...hostileFrames,
  ...hostileLines,
  ...hostileCalls,
  ...hostileConnections,
];
