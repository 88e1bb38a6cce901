import { zValidator } from "@hono/zod-validator";
import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import type { Database } from "../../db/open.ts";
import { raisePeaks } from "../../db/viewer-samples.ts";
import { ViewerReport } from "../contract/viewers.ts";
import type { Viewers } from "../viewers.ts";
import { refuseInvalid } from "./invalid.ts";

/** 20 000 channels of 44 bytes each. */
const reportLimitBytes = 1024 * 1024;

interface ViewerRoutesDeps {
  db: Database;
  viewers: Viewers;
}

/** What signaling reports: api/contract/viewers.ts. */
export function viewerRoutes({ db, viewers }: ViewerRoutesDeps) {
  return new Hono().post(
    "/viewers",
    bodyLimit({ maxSize: reportLimitBytes }),
    zValidator("json", ViewerReport, refuseInvalid),
    async (c) => {
      const counts = new Map(c.req.valid("json").counts);
      viewers.set(counts);
      await raisePeaks(db, counts);
      return c.json({ ok: true });
    },
  );
}
