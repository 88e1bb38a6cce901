import { zValidator } from "@hono/zod-validator";
import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import type { Logger } from "pino";
import { z } from "zod";
import { storeLines } from "../../db/chat-lines.ts";
import { openRoom, readChatSnapshot, type Room } from "../../db/chat-rooms.ts";
import type { Database } from "../../db/open.ts";
import { Id } from "../../signaling/contract/chat.ts";
import { historyLines } from "../../signaling/contract/limits.ts";
import { vouchedForMs } from "../../signaling/contract/tickets.ts";
import type { Tickets } from "../auth/tickets.ts";
import type { Changes } from "../changes.ts";
import { chatLine } from "../chat/chat-line.ts";
import type { Clock } from "../clock.ts";
import { type LinesAnswer, LinesRequest, type OpenAnswer, type RoomState } from "../contract/chat.ts";
import { signalingNodeHeader } from "../contract/internal-client.ts";
import { commandSender, CommandsQuery } from "./command-sender.ts";
import { refuseInvalid } from "./invalid.ts";
import type { SoleSignaling } from "./sole-signaling.ts";

/** 200 lines of 500 characters, four bytes each, and twice that. */
const linesLimitBytes = 1024 * 1024;
/** A snapshot is one line, which its reader limits to 1 MiB; each of these takes about 100 bytes. */
const maxRevocations = 8000;

const RoomParam = z.object({ channelId: Id });

interface ChatRoutesDeps {
  db: Database;
  clock: Clock;
  changes: Changes;
  tickets: Pick<Tickets, "publicKey">;
  log: Logger;
  closing: AbortSignal;
  sole: SoleSignaling;
}

/** What signaling asks and reports: api/contract/chat.ts. */
export function chatRoutes(deps: ChatRoutesDeps) {
  const { db, clock, tickets, log, sole } = deps;
  const sendCommands = commandSender(deps, "signaling", async () => ({
    type: "snapshot",
    ticketKey: tickets.publicKey,
    ...(await readChatSnapshot(db, clock() - vouchedForMs, maxRevocations)),
  }));

  return new Hono()
    .post("/rooms/:channelId/open", zValidator("param", RoomParam, refuseInvalid), async (c) => {
      const { channelId } = c.req.valid("param");
      const opened = await openRoom(db, channelId, historyLines, clock());
      if (opened === undefined) return c.json<OpenAnswer>({ known: false });
      const { room, lines } = opened;
      log.debug({ channelId, epoch: room.epoch }, "chat room opened");
      return c.json<OpenAnswer>({
        known: true,
        epoch: room.epoch,
        state: roomState(room),
        lines: lines.map(chatLine),
      });
    })
    .post(
      "/rooms/:channelId/lines",
      bodyLimit({ maxSize: linesLimitBytes }),
      zValidator("param", RoomParam, refuseInvalid),
      zValidator("json", LinesRequest, refuseInvalid),
      async (c) => {
        const { epoch, lines } = c.req.valid("json");
        const outcomes = await storeLines(db, c.req.valid("param").channelId, epoch, lines, clock());
        return c.json<LinesAnswer>(outcomes === "stale" ? { type: "stale" } : { type: "stored", outcomes });
      },
    )
    .get("/commands", zValidator("query", CommandsQuery, refuseInvalid), (c) =>
      sendCommands(
        c,
        c.req.valid("query").after,
        sole.follow(c.req.header(signalingNodeHeader) ?? "", performance.now()),
      ),
    );
}

const roomState = ({ asOf, ownerId, settings, blockedWords, moderators, bans, pinned }: Room): RoomState => ({
  asOf,
  ownerId,
  settings,
  blockedWords,
  moderators,
  bans,
  pinned: pinned && chatLine(pinned),
});
