import { type Context, Hono } from "hono";
import { fileReport, hasReported } from "../../db/reports.ts";
import { reportReasons } from "../../db/schema.ts";
import { detailsMaxCharacters, ReportPage, type ReportPageProps, ReportSaidPage } from "../../web/views/report.tsx";
import { reportTexts } from "../../web/views/report-texts.ts";
import type { AppDeps, AppEnv } from "../app-env.ts";
import { pageProps, renderPage } from "../page.tsx";
import { goTo, readForm } from "../request.ts";
import { channelHandle, findNamedChannel, type NamedChannel } from "./named-channel.ts";

/** One person's reports in a day. */
const reportsPerDay = 10;
const dayMs = 24 * 60 * 60_000;

/** `/@name/report`: somebody tells the administrators that a channel is against the rules. */
export function reportRoutes(deps: AppDeps) {
  const { db, clock, assets, log } = deps;

  const ask = (c: Context<AppEnv>, props: Omit<ReportPageProps, "page">, status: 200 | 422 | 429 = 200) =>
    renderPage(c, <ReportPage page={pageProps(c, assets)} {...props} />, status);
  const say = (c: Context<AppEnv>, channel: NamedChannel, said: "sent" | "already" | "own", status: 200 | 422 = 200) =>
    renderPage(c, <ReportSaidPage page={pageProps(c, assets)} channel={shown(channel)} said={said} />, status);

  return new Hono<AppEnv>()
    .get(`/${channelHandle}/report`, async (c) => {
      const channel = await findNamedChannel(db, c.req.param("handle"));
      const user = c.get("user");
      if (user === null) return goTo(c, `/login?next=${encodeURIComponent(`/@${channel.name}/report`)}`);
      if (user.username === channel.name) return say(c, channel, "own");
      if (await hasReported(db, channel.id, user.id))
        return say(c, channel, c.req.query("sent") === undefined ? "already" : "sent");
      return ask(c, { channel: shown(channel), values: { why: "", details: "" } });
    })
    .post(`/${channelHandle}/report`, async (c) => {
      const channel = await findNamedChannel(db, c.req.param("handle"));
      const path = `/@${channel.name}/report`;
      const user = c.get("user");
      if (user === null) return goTo(c, `/login?next=${encodeURIComponent(path)}`);
      const values = await readForm(c, "why", "details");
      const texts = reportTexts[c.get("language")];
      const refuse = (error: string, status: 422 | 429) => ask(c, { channel: shown(channel), values, error }, status);
      const why = reportReasons.find((each) => each === values.why);
      if (why === undefined) return refuse(texts.chooseWhy, 422);
      const details = values.details.replace(/\r\n?/g, "\n").trim();
      if ([...details].length > detailsMaxCharacters) return refuse(texts.tooLong(detailsMaxCharacters), 422);
      const now = clock();
      const limit = { most: reportsPerDay, since: now - dayMs };
      const outcome = await fileReport(db, { channelId: channel.id, reporterId: user.id, why, details }, now, limit);
      switch (outcome) {
        case "reported":
          log.info({ by: user.id, channelId: channel.id, why }, "channel reported");
          return goTo(c, `${path}?sent`);
        case "reported-already":
          return say(c, channel, "already");
        case "own-channel":
          return say(c, channel, "own", 422);
        case "too-many":
          return refuse(texts.tooMany, 429);
      }
    });
}

const shown = ({ name, displayName }: NamedChannel) => ({ name, displayName: displayName ?? name });
