import { type Context, Hono } from "hono";
import { findMember } from "../../db/chat-members.ts";
import { ChatPage } from "../../web/views/chat.tsx";
import type { AppDeps, AppEnv } from "../app-env.ts";
import { pageProps, renderPage } from "../page.tsx";
import { channelHandle, findNamedChannel } from "./named-channel.ts";

/** `/@name/chat`: the chat in a window of its own. */
export function chatPageRoutes(deps: AppDeps) {
  return new Hono<AppEnv>().get(`/${channelHandle}/chat`, async (c) => {
    const channel = await findNamedChannel(deps.db, c.req.param("handle"));
    const canModerate = await mayModerate(deps, c, channel.id);
    return renderPage(c, <ChatPage page={pageProps(c, deps.assets)} channel={channel} canModerate={canModerate} />);
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
