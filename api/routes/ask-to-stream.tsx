import { type Context, Hono } from "hono";
import { askToStream, readAskToStream } from "../../db/asks-to-stream.ts";
import { askToStreamTexts } from "../../web/views/ask-to-stream-texts.ts";
import {
  AskToStream,
  AskToStreamPage,
  type AskToStreamProps,
  askWhyMaxCharacters,
} from "../../web/views/ask-to-stream.tsx";
import type { AppDeps, AppEnv, CurrentUser } from "../app-env.ts";
import { pageProps, renderFragment, renderPage } from "../page.tsx";
import { goTo, isHtmx, readForm, requireUser } from "../request.ts";

/** Who was told no thinks about it for a day. */
const askAgainAfterMs = 24 * 60 * 60_000;

/** `POST /studio/ask`: where an administrator gives the right to stream, to ask for it. */
export function askToStreamRoutes(deps: AppDeps) {
  const { db, clock, log, assets } = deps;

  const answerWithPage = async (c: Context<AppEnv>, ask: AskToStreamProps, status: 200 | 422): Promise<Response> =>
    renderPage(c, <AskToStreamPage page={{ ...pageProps(c, assets), path: "/studio" }} ask={ask} />, status);

  return new Hono<AppEnv>()
    .get("/studio/ask", async (c) => {
      const user = requireUser(c);
      if (user.canStream) return goTo(c, "/studio");
      return answerWithPage(c, await askToStreamProps(deps, c, user), 200);
    })
    .post("/studio/ask", async (c) => {
      const user = requireUser(c);
      if (user.canStream) return goTo(c, "/studio");
      const { why: typed } = await readForm(c, "why");
      const why = typed.replace(/\r\n?/g, "\n").trim();
      const texts = askToStreamTexts[c.get("language")];
      const now = clock();
      let error: string | undefined;
      if ([...why].length > askWhyMaxCharacters) error = texts.tooLong(askWhyMaxCharacters);
      else if (!(await askToStream(db, user.id, why, { now, declinedSince: now - askAgainAfterMs })))
        error = texts.notNow;
      if (error === undefined) log.info({ userId: user.id }, "asked for the right to stream");
      const ask = { ...(await askToStreamProps(deps, c, user)), ...(error === undefined ? {} : { why, error }) };
      const status = error === undefined ? 200 : 422;
      if (isHtmx(c)) return renderFragment(c, <AskToStream {...ask} />, status);
      return error === undefined ? goTo(c, "/studio") : answerWithPage(c, ask, status);
    });
}

/** What somebody who may not stream is shown of that. */
export async function askToStreamProps(
  { db, clock }: Pick<AppDeps, "db" | "clock">,
  c: Context<AppEnv>,
  user: CurrentUser,
): Promise<AskToStreamProps> {
  const ask = await readAskToStream(db, user.id);
  const askAgainAt = ask.declined === null ? 0 : ask.declined.at + askAgainAfterMs;
  return { ...ask, language: c.get("language"), askAgainAt: askAgainAt > clock() ? askAgainAt : null };
}
