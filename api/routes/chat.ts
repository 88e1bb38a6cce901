import { Hono } from "hono";
import type { AppDeps, AppEnv } from "../app-env.ts";
import { performChatAction } from "../chat/perform.ts";
import { ChatAction, type ChatActionAnswer } from "../contract/chat-actions.ts";
import { readJson } from "../request.ts";
import { UserError } from "../user-error.ts";
import { channelHandle, findNamedChannel } from "./named-channel.ts";

/** `POST /@name/chat/act`: slash commands and the choices of a line's menu. */
export function chatRoutes(deps: AppDeps) {
  return new Hono<AppEnv>().post(`/${channelHandle}/chat/act`, async (c) => {
    const user = c.get("user");
    if (user === null) {
      throw new UserError(
        { en: "You are signed out. Sign in and try again.", id: "Anda sudah keluar. Masuk dan coba lagi." },
        { status: 401 },
      );
    }
    const channel = await findNamedChannel(deps.db, c.req.param("handle"));
    const action = await readJson(c, ChatAction);
    const { status, ok, message } = await performChatAction(deps, user, channel, action);
    return c.json<ChatActionAnswer>({ ok, message: message[c.get("language")] }, status);
  });
}
