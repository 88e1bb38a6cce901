import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { HTTPException } from "hono/http-exception";
import { secureHeaders } from "hono/secure-headers";
import { databaseProblem, isDiskTrouble } from "../db/open.ts";
import { randomId } from "../db/random-id.ts";
import type { AppDeps, AppEnv } from "./app-env.ts";
import { Discovery } from "./discovery.ts";
import { EventStreamSlots } from "./event-stream.ts";
import { uploadLimit, uploadPaths } from "./images/upload.ts";
import { keepPages } from "./kept-pages.ts";
import { refuseJson, renderError } from "./page.tsx";
import { goTo, sendsJson, signInPath } from "./request.ts";
import { checkHost, checkOrigin, identifyRequest, loadUser } from "./request-guard.ts";
import { accountRoutes } from "./routes/account.tsx";
import { adminRoutes } from "./routes/admin.tsx";
import { adminAuditRoutes } from "./routes/admin-audit.tsx";
import { adminCallRoutes } from "./routes/admin-calls.tsx";
import { adminCategoryRoutes } from "./routes/admin-categories.tsx";
import { administratorsOnly } from "./routes/admin-gate.tsx";
import { adminPeopleRoutes } from "./routes/admin-people.tsx";
import { adminReportRoutes } from "./routes/admin-reports.tsx";
import { adminSiteRoutes } from "./routes/admin-site.tsx";
import { browseRoutes } from "./routes/browse.tsx";
import { askToStreamRoutes } from "./routes/ask-to-stream.tsx";
import { chatRoutes } from "./routes/chat.ts";
import { chatModerationRoutes } from "./routes/chat-moderation.tsx";
import { chatPageRoutes } from "./routes/chat-page.tsx";
import { confirmRoutes } from "./routes/confirm.tsx";
import { embedRoutes } from "./routes/embed.tsx";
import { followRoutes } from "./routes/follow.tsx";
import { homeRoutes } from "./routes/home.tsx";
import { imageRoutes } from "./routes/images.ts";
import { registerRoutes } from "./routes/register.tsx";
import { accountSettingsRoutes } from "./routes/settings-account.tsx";
import { securityRoutes } from "./routes/settings-security.tsx";
import { settingsRoutes } from "./routes/settings.tsx";
import { recoverRoutes } from "./routes/recover.tsx";
import { languageRoutes } from "./routes/language.ts";
import { reportRoutes } from "./routes/report.tsx";
import { roomRoutes } from "./routes/room.tsx";
import { roomsRoutes } from "./routes/rooms.tsx";
import { searchRoutes } from "./routes/search.tsx";
import { sidebarRoutes } from "./routes/sidebar.ts";
import { staticRoutes } from "./routes/static.ts";
import { studioRoutes } from "./routes/studio.tsx";
import { studioChannelRoutes } from "./routes/studio-channel.tsx";
import { ticketRoutes } from "./routes/ticket.ts";
import { watchRoutes } from "./routes/watch.tsx";
import { offerSidebar } from "./sidebar.ts";
import { siteFeed } from "./site-feed.ts";
import { channelHandle } from "./routes/named-channel.ts";
import { notFound, unreadable, UserError } from "./user-error.ts";

/** The longest text of a form is 4000 characters, of which each may take nine bytes. */
const maxBodyBytes = 48 * 1024;

const headers = {
  // With `no-referrer` browsers send `Origin: null` with our own forms.
  referrerPolicy: "same-origin",
  xFrameOptions: "DENY",
} as const;
const headersOverHttps = secureHeaders({ ...headers, strictTransportSecurity: "max-age=15552000" });
// Browsers ignore these over http, each with an error in the console.
const headersOverHttp = secureHeaders({
  ...headers,
  strictTransportSecurity: false,
  crossOriginOpenerPolicy: false,
  originAgentCluster: false,
});

const limitBody = bodyLimit({ maxSize: maxBodyBytes });

/** The pages that people see: who may ask at all, then the routes, and what is said when something goes wrong. */
export function createApp(deps: AppDeps): Hono<AppEnv> {
  const { db, log, assets } = deps;
  const discovery = new Discovery(deps);
  const slots = new EventStreamSlots({
    site: siteFeed(discovery.live, deps),
    perAddress: deps.eventStreamsPerAddress,
  });
  const instance = randomId();
  const pages = keepPages({ changes: deps.changes, maxAgeMs: deps.keepPagesMs });
  const app = new Hono<AppEnv>();
  return (
    app
      .onError(async (error, c) => {
        const told = errorForPeople(error);
        // What people meet is no news, or whoever fills a queue would fill the log; a failing disk is.
        if (!(error instanceof UserError) && (told === null || told.status >= 500))
          log.error({ err: error, path: c.req.path }, "request failed");
        if (told?.retryAfterSeconds !== undefined) c.header("Retry-After", String(told.retryAfterSeconds));
        if (sendsJson(c)) return refuseJson(c, told);
        if (told?.status === 401) return goTo(c, signInPath(c));
        return renderError(c, assets, told);
      })
      .notFound(() => {
        throw notFound();
      })
      .use(identifyRequest(deps))
      .use((c, next) => (c.get("site")?.isSecure ? headersOverHttps : headersOverHttp)(c, next))
      .get("/healthz", async (c) => {
        const problem = await databaseProblem(db);
        return problem === null ? c.json({ ok: true }) : c.json({ ok: false, reasons: [problem] }, 503);
      })
      // What `npm run doctor` compares: whether an address leads here, whatever is in between.
      .get("/.well-known/panggung", (c) => c.json({ instance }, 200, { "Cache-Control": "no-store" }))
      // Before the host is checked: the page that says "Wrong address" is a page too, and nothing in these files is private.
      .route("/", staticRoutes(deps.assetFiles))
      .route("/", imageRoutes(deps))
      .use(checkHost)
      .use(checkOrigin)
      .use(pages.forget)
      .use((c, next) => (uploadPaths.includes(c.req.path) ? next() : limitBody(c, next)))
      .use(loadUser(deps))
      .on("GET", ["/", "/categories", "/categories/:id", "/tags/:tag", `/${channelHandle}`], pages.keep)
      .use(offerSidebar(deps, discovery.live))
      .on("POST", uploadPaths, uploadLimit)
      .route("/", homeRoutes(deps, slots, discovery))
      .route("/", browseRoutes(deps, discovery))
      .route("/", searchRoutes(deps, discovery))
      .route("/", sidebarRoutes())
      .route("/", watchRoutes(deps, slots))
      .route("/", embedRoutes(deps))
      .route("/", followRoutes(deps))
      .route("/", chatPageRoutes(deps))
      .route("/", chatModerationRoutes(deps))
      .route("/", ticketRoutes(deps))
      .route("/", roomsRoutes(deps))
      .route("/", roomRoutes(deps))
      .route("/", languageRoutes())
      .route("/", chatRoutes(deps))
      .route("/", accountRoutes(deps))
      .route("/", registerRoutes(deps))
      .route("/", recoverRoutes(deps))
      .route("/", settingsRoutes(deps))
      .route("/", securityRoutes(deps))
      .route("/", accountSettingsRoutes(deps))
      .route("/", studioRoutes(deps, slots))
      .route("/", studioChannelRoutes(deps))
      .route("/", confirmRoutes(deps))
      .route("/", askToStreamRoutes(deps))
      .route("/", reportRoutes(deps))
      .use(
        "/admin/*",
        administratorsOnly(deps, (request, env) => app.fetch(request, env)),
      )
      .route("/", adminRoutes(deps))
      .route("/", adminPeopleRoutes(deps))
      .route("/", adminReportRoutes(deps))
      .route("/", adminSiteRoutes(deps))
      .route("/", adminCategoryRoutes(deps))
      .route("/", adminAuditRoutes(deps))
      .route("/", adminCallRoutes(deps))
  );
}

/** What people may be told of an error; null: it is a defect. */
function errorForPeople(error: Error): UserError | null {
  if (error instanceof UserError) return error;
  if (isDiskTrouble(error)) {
    const message = {
      en: "This server cannot store anything right now. Whoever runs it should look at its disk.",
      id: "Server ini sedang tidak dapat menyimpan apa pun. Pengelolanya perlu memeriksa penyimpanannya.",
    };
    const title = { en: "Nothing can be saved", id: "Tidak ada yang dapat disimpan" };
    return new UserError(message, { status: 507, title });
  }
  if (!(error instanceof HTTPException)) return null;
  if (error.status === 413) {
    const title = { en: "Too long", id: "Terlalu panjang" };
    return new UserError({ en: "This is too long.", id: "Ini terlalu panjang." }, { status: 413, title });
  }
  return error.status < 500 ? unreadable() : null;
}
