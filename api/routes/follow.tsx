import { type Context, Hono } from "hono";
import { countFollowers, findChatter, follow, unfollow } from "../../db/follows.ts";
import { Follow, type FollowProps } from "../../web/views/follow.tsx";
import type { AppDeps, AppEnv } from "../app-env.ts";
import { renderFragment } from "../page.tsx";
import { goTo, isHtmx } from "../request.ts";
import { UserError } from "../user-error.ts";
import { channelHandle, findNamedChannel, type NamedChannel } from "./named-channel.ts";

/** `POST /@name/follow` and `/@name/unfollow`: forms of the channel's page. */
export function followRoutes(deps: AppDeps) {
  const { db, clock, changes, limits } = deps;

  const change = (act: typeof follow) => async (c: Context<AppEnv>, handle: string) => {
    const channel = await findNamedChannel(db, handle);
    const user = c.get("user");
    // The session may have ended meanwhile: sign in and come back to the channel.
    if (user === null) return goTo(c, `/login?next=${encodeURIComponent(`/@${channel.name}`)}`);
    const answer = async (error?: UserError): Promise<Response> => {
      const message = error?.told(c.get("language")).message;
      const props = { ...(await followProps(deps, c, channel)), hasFocus: true, error: message };
      return renderFragment(c, <Follow {...props} />, error?.status);
    };
    try {
      await limits.takeFollow(user.id);
    } catch (error) {
      if (!(error instanceof UserError) || !isHtmx(c)) throw error;
      return answer(error);
    }
    if (await act(db, user.id, channel.id, clock())) changes.emit("outbox");
    return isHtmx(c) ? answer() : goTo(c, `/@${channel.name}`);
  };
  const begin = change(follow);
  const end = change(unfollow);

  return new Hono<AppEnv>()
    .post(`/${channelHandle}/follow`, (c) => begin(c, c.req.param("handle")))
    .post(`/${channelHandle}/unfollow`, (c) => end(c, c.req.param("handle")));
}

/** How many follow the channel, and what whoever asks can do about it. */
export async function followProps(
  { db }: Pick<AppDeps, "db">,
  c: Context<AppEnv>,
  channel: NamedChannel,
): Promise<FollowProps> {
  const user = c.get("user");
  const followers = await countFollowers(db, channel.id);
  const { name, displayName } = channel;
  const common = { channelName: name, displayName: displayName ?? name, language: c.get("language"), followers };
  if (user === null) return { ...common, choice: "sign-in" };
  if (user.username === channel.name) return { ...common, choice: "none" };
  const { followedAt } = await findChatter(db, user.id, channel.id);
  return { ...common, choice: followedAt === null ? "follow" : "unfollow" };
}
