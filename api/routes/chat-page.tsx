import { type Context, Hono } from "hono";
import { MatureGatePage } from "../../web/views/watch.tsx";
import { findMember } from "../../db/chat-members.ts";
import { ChatPage } from "../../web/views/chat.tsx";
import type { AppDeps, AppEnv } from "../app-env.ts";
import { imageUrl, pageProps, renderPage } from "../page.tsx";
import { channelHandle, findNamedProfile } from "./named-channel.ts";
import { needsMatureAnswer } from "./watch-cookies.ts";

/** `/@name/chat`: the chat in a window of its own. */
export function chatPageRoutes(deps: AppDeps) {
  return new Hono<AppEnv>().get(`/${channelHandle}/chat`, async (c) => {
    const profile = await findNamedProfile(deps.db, c.req.param("handle").slice(1));
    const { name, avatarHash } = profile;
    const displayName = profile.displayName ?? name;
    const channel = { name, displayName, avatarUrl: avatarHash === null ? null : imageUrl(avatarHash) };
    const page = pageProps(c, deps.assets);
    if (needsMatureAnswer(c, profile)) return renderPage(c, <MatureGatePage page={page} channel={channel} />);
    const canModerate = await mayModerate(deps, c, profile.id);
    return renderPage(c, <ChatPage page={page} channel={channel} canModerate={canModerate} />);
  });
}

/** Whether whoever asks may moderate the channel's chat. */
export async function mayModerate(
  { db, clock }: Pick<AppDeps, "db" | "clock">,
  c: Context<AppEnv>,
  channelId: string,
): Promise<boolean> {
  const user = c.get("user");
  if (user === null) return false;
  const member = await findMember(db, channelId, { userId: user.id }, clock());
  return member !== undefined && member.standing !== "viewer";
}
