import { hostileCallFloods } from "./hostile-call-floods.ts";
import { hostileCallFrames } from "./hostile-call-frames.ts";
import { hostileCallHosts } from "./hostile-call-hosts.ts";
import { hostileCallTickets } from "./hostile-call-tickets.ts";
import type { Hostile } from "./hostile-stage.ts";

/** What outsiders try at calls. */
export const hostileCalls: Hostile[] = [
  ...hostileCallTickets,
  ...hostileCallFrames,
  ...hostileCallHosts,
  ...hostileCallFloods,
];
