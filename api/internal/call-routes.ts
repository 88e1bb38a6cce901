import { zValidator } from "@hono/zod-validator";
import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import type { Logger } from "pino";
import { z } from "zod";
import type { Database } from "../../db/open.ts";
import { openCall, recordCallReport, saveCall } from "../../db/open-calls.ts";
import { CallId } from "../../signaling/contract/call.ts";
import type { Clock } from "../clock.ts";
import {
  type CallOpenAnswer,
  CallReport,
  type CallReportAnswer,
  type CallSaveAnswer,
  CallSaveRequest,
  CallState,
} from "../contract/calls.ts";
import { refuseInvalid } from "./invalid.ts";

/** 200 lines of 500 characters, four bytes each, and the lists of a state; 2048 samples of 400 bytes. */
const batchLimitBytes = 1024 * 1024;

const CallParam = z.object({ callId: CallId });

interface CallRoutesDeps {
  db: Database;
  clock: Clock;
  log: Logger;
}

/** What signaling asks and reports of calls: api/contract/calls.ts. */
export function callRoutes({ db, clock, log }: CallRoutesDeps) {
  /** A state that another version has saved and nobody here can read is none; whoever runs this server should know. */
  const readState = (json: string | null, callId: string): CallState | null => {
    if (json === null) return null;
    const { data, error } = CallState.safeParse(JSON.parse(json));
    if (error !== undefined) log.error({ callId, err: error }, "what hosts decided in a call cannot be read");
    return data ?? null;
  };

  return new Hono()
    .post("/rooms/:callId/open", zValidator("param", CallParam, refuseInvalid), async (c) => {
      const { callId } = c.req.valid("param");
      const call = await openCall(db, callId, clock());
      if (call === undefined) return c.json<CallOpenAnswer>({ known: false });
      log.debug({ callId, epoch: call.epoch }, "call opened");
      return c.json<CallOpenAnswer>({ known: true, ...call, state: readState(call.state, callId) });
    })
    .post(
      "/rooms/:callId/save",
      bodyLimit({ maxSize: batchLimitBytes }),
      zValidator("param", CallParam, refuseInvalid),
      zValidator("json", CallSaveRequest, refuseInvalid),
      async (c) => {
        const { epoch, state, lines } = c.req.valid("json");
        const given = { state: state && JSON.stringify(state), lines };
        const isSaved = await saveCall(db, c.req.valid("param").callId, epoch, given);
        return c.json<CallSaveAnswer>({ type: isSaved ? "saved" : "stale" });
      },
    )
    .post(
      "/rooms/:callId/report",
      bodyLimit({ maxSize: batchLimitBytes }),
      zValidator("param", CallParam, refuseInvalid),
      zValidator("json", CallReport, refuseInvalid),
      async (c) => {
        const report = c.req.valid("json");
        const known = await recordCallReport(db, c.req.valid("param").callId, report, clock());
        return c.json<CallReportAnswer>({ known });
      },
    );
}
