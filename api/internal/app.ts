import { zValidator } from "@hono/zod-validator";
import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { except } from "hono/combine";
import { HTTPException } from "hono/http-exception";
import type { Logger } from "pino";
import { z } from "zod";
import { recordRefusal } from "../../db/channels.ts";
import { type Database, databaseProblem } from "../../db/open.ts";
import { readSnapshot } from "../../db/outbox.ts";
import { beginPublish, endStream, findHolder, type PublishOutcome } from "../../db/streams.ts";
import { StreamHealth } from "../../ingest/contract/health.ts";
import type { StreamKeys } from "../auth/stream-keys.ts";
import type { Tickets } from "../auth/tickets.ts";
import type { Changes } from "../changes.ts";
import type { Viewers } from "../viewers.ts";
import type { Clock } from "../clock.ts";
import { endedByAdministrator } from "../ended-by-administrator.ts";
import {
  EndReport,
  type HealthAnswer,
  type HolderAnswer,
  type PublishAnswer,
  PublishRequest,
  type RefusalReason,
  RefusalReport,
  stageIsFull,
} from "../contract/publish.ts";
import { callRoutes } from "./call-routes.ts";
import { chatRoutes } from "./chat-routes.ts";
import { commandSender, CommandsQuery } from "./command-sender.ts";
import { type InternalTokens, refuseBrowsers, requireToken } from "./guard.ts";
import { nameRequest } from "./name-request.ts";
import { HealthQueue } from "./health-queue.ts";
import { refuseInvalid } from "./invalid.ts";
import type { Leases } from "./leases.ts";
import { onlyOneSignaling, SoleSignaling } from "./sole-signaling.ts";
import { viewerRoutes } from "./viewer-routes.ts";

export interface InternalDeps {
  db: Database;
  clock: Clock;
  changes: Changes;
  viewers: Viewers;
  leases: Leases;
  keys: StreamKeys;
  log: Logger;
  tokens: InternalTokens;
  tickets: Pick<Tickets, "publicKey">;
  /** STREAMERS=everyone. */
  everyoneMayStream: boolean;
  /** Ends the open command streams when api stops. */
  closing: AbortSignal;
}

const bodyLimitBytes = 16 * 1024;
/** These have limits of their own. */
const routesWithBatches = [
  "/chat/rooms/:channelId/lines",
  "/chat/viewers",
  "/calls/rooms/:callId/save",
  "/calls/rooms/:callId/report",
];

const StreamParam = z.object({ id: z.string().min(1).max(64) });

/** What `api/contract/internal-client.ts` is typed by. */
export type InternalApp = ReturnType<typeof createInternalApp>;

/** The private listener's app: ingest and signaling ask and report here. Never published, never for browsers. */
export function createInternalApp(deps: InternalDeps) {
  const { db, clock, changes, keys, log } = deps;
  const healths = new HealthQueue(db, clock);
  const sole = new SoleSignaling();
  const onlyOne = onlyOneSignaling(sole, log);
  const sendCommands = commandSender(deps, "ingest", async () => ({ type: "snapshot", ...(await readSnapshot(db)) }));

  return new Hono()
    .onError((error, c) => {
      if (error instanceof HTTPException) return c.json({ error: error.message }, error.status);
      log.error({ err: error, path: c.req.path }, "internal request failed");
      return c.json({ error: "This did not work; api's log says why." }, 500);
    })
    .use(nameRequest(log))
    .use(refuseBrowsers)
    .get("/healthz", async (c) => {
      const problem = await databaseProblem(db);
      return problem === null ? c.json({ ok: true }) : c.json({ ok: false, reasons: [problem] }, 503);
    })
    .use(requireToken(deps.tokens))
    .use(except(routesWithBatches, bodyLimit({ maxSize: bodyLimitBytes })))
    .post("/publish", zValidator("json", PublishRequest, refuseInvalid), async (c) => {
      const { key, hlsUrl, remoteAddress, machine, isFull } = c.req.valid("json");
      const outcome = await beginPublish(db, {
        keyHash: keys.hash(key),
        hlsUrl,
        machine,
        isFull,
        everyoneMayStream: deps.everyoneMayStream,
        leaseEndsBefore: deps.leases.endsBefore(),
        now: clock(),
      });
      const answer = answerOf(outcome);
      if (outcome.type === "publishing") {
        changes.channelChanged(outcome.channelId);
        changes.emit("outbox");
        const { streamId, channelName, incarnation } = outcome;
        log.info({ streamId, channelName, incarnation, remoteAddress }, "publish allowed");
      } else if (!answer.allowed) {
        if (outcome.type !== "unknown-key") {
          // Of unknown keys ingest says as much as a disk can bear: anybody can try them.
          log.info({ reason: answer.reason, remoteAddress }, "publish refused");
          const { reason, message } = answer;
          await recordRefusal(db, outcome.channelId, { at: clock(), reason, message, remoteAddress });
          changes.emit(`studio:${outcome.channelId}`);
        }
      }
      return c.json(answer);
    })
    .post("/refusals", zValidator("json", RefusalReport, refuseInvalid), async (c) => {
      const { channelId, reason, message, remoteAddress } = c.req.valid("json");
      const known = await recordRefusal(db, channelId, { at: clock(), reason, message, remoteAddress });
      if (known) changes.emit(`studio:${channelId}`);
      return c.json({ known });
    })
    .post(
      "/streams/:id/health",
      zValidator("param", StreamParam, refuseInvalid),
      zValidator("json", StreamHealth, refuseInvalid),
      async (c) => {
        const health = c.req.valid("json");
        const { state, hlsUrl, hasThumbnail, machine } = health;
        const streamId = c.req.valid("param").id;
        const renewed = await healths.record({ streamId, state, hlsUrl, hasThumbnail, health, machine });
        if (renewed?.stateChanged) changes.channelChanged(renewed.channelId);
        else if (renewed) changes.emit(`studio:${renewed.channelId}`);
        if (renewed) return c.json<HealthAnswer>({ known: true, elsewhere: false });
        const holder = await findHolder(db, streamId);
        const holds = holder?.machine ?? machine;
        return c.json<HealthAnswer>({ known: holder !== undefined, elsewhere: holds !== machine });
      },
    )
    .get("/streams/:id/holder", zValidator("param", StreamParam, refuseInvalid), async (c) => {
      const holder = await findHolder(db, c.req.valid("param").id);
      return c.json<HolderAnswer>({ machine: holder?.machine ?? null });
    })
    .post(
      "/streams/:id/end",
      zValidator("param", StreamParam, refuseInvalid),
      zValidator("json", EndReport, refuseInvalid),
      async (c) => {
        const { reason, machine } = c.req.valid("json");
        const ended = await endStream(db, c.req.valid("param").id, { reason, machine, now: clock() });
        if (ended) {
          log.info({ streamId: ended.streamId, reason }, "stream ended");
          changes.channelChanged(ended.channelId);
          changes.emit("outbox");
        }
        return c.json({ known: ended !== undefined });
      },
    )
    .get("/commands", zValidator("query", CommandsQuery, refuseInvalid), (c) =>
      sendCommands(c, c.req.valid("query").after),
    )
    .use("/chat/*", onlyOne)
    .use("/calls/*", onlyOne)
    .route("/chat", chatRoutes({ ...deps, sole }))
    .route("/chat", viewerRoutes(deps))
    .route("/calls", callRoutes(deps));
}

/** The contract's answer, with a sentence that tells the streamer what to do. */
function answerOf(outcome: PublishOutcome): PublishAnswer {
  switch (outcome.type) {
    case "publishing": {
      const { streamId, channelId, channelName, startedAt, incarnation } = outcome;
      return { allowed: true, streamId, channelId, channelName, startedAt, incarnation };
    }
    case "unknown-key":
      return refuse("unknown-key", "This stream key is not known here. Copy the key from your studio again.");
    case "suspended":
      return refuse("not-allowed", "This account is suspended. Whoever runs this server can tell you why.");
    case "not-allowed":
      return refuse("not-allowed", "This account may not stream yet. Ask an administrator to allow it.");
    case "full":
      return refuse("limit-reached", stageIsFull);
    case "held":
      return refuse(
        "ended-by-operator",
        `${endedByAdministrator(outcome.endNote)} Wait a minute before you start again.`,
      );
  }
}

const refuse = (reason: RefusalReason, message: string): PublishAnswer => ({ allowed: false, reason, message });
