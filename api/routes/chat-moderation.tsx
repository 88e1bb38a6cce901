import { type Context, Hono } from "hono";
import { listBans, listLog, listModerators } from "../../db/chat-log.ts";
import { findMember, type Member } from "../../db/chat-members.ts";
import { findRoom } from "../../db/chat-rooms.ts";
import { lacksSecondFactor } from "../../db/site-settings.ts";
import type { Language } from "../../web/contract/language.ts";
import {
  ChatModerationPage,
  type ChatModerationProps,
  ModerationFragment,
  type ModerationForm,
  moderationPath,
} from "../../web/views/chat-moderation.tsx";
import type { FormAnswer } from "../../web/views/chat-moderation-lists.tsx";
import type { LogEntryProps } from "../../web/views/moderation-log.tsx";
import type { AppDeps, AppEnv } from "../app-env.ts";
import { performChatAction } from "../chat/perform.ts";
import { ChatAction } from "../contract/chat-actions.ts";
import { pageProps, renderFragment, renderPage } from "../page.tsx";
import { goTo, isHtmx, readForm, requireUser } from "../request.ts";
import { notFound, type Said, UserError } from "../user-error.ts";
import { secondFactorPath } from "./admin-gate.tsx";
import { readSettings, settingFieldNames } from "./chat-settings-form.ts";
import { channelHandle, findNamedChannel, type NamedChannel } from "./named-channel.ts";

const perPage = 50;

const nothingChanged: Said = { en: "Nothing was changed.", id: "Tidak ada yang diubah." };
const rulesSaved: Said = {
  en: "Saved. These rules hold from now on.",
  id: "Tersimpan. Aturan ini berlaku mulai sekarang.",
};
const cannotBeDone: Said = {
  en: "This cannot be done: check what you typed.",
  id: "Ini tidak bisa dilakukan: periksa yang Anda ketik.",
};
const unreadable: Said = {
  en: "The server could not read this form.",
  id: "Server tidak bisa membaca formulir ini.",
};

/** A channel, and whoever asks as they stand in it. */
interface Place {
  channel: NamedChannel;
  member: Member;
}

/** `/@name/chat/moderation`: rules, words, moderators, bans and the log, for those who may moderate. */
export function chatModerationRoutes(deps: AppDeps) {
  const { db, clock, assets } = deps;

  /** Or the way to the second factor that an administrator lacks. Throws UserError (401, 403, 404). */
  const enter = async (c: Context<AppEnv>, handle: string): Promise<Place | Response> => {
    const channel = await findNamedChannel(db, handle);
    const member = await findMember(db, channel.id, { userId: requireUser(c).id }, clock());
    if (member === undefined) throw notFound();
    if (member.standing === "viewer") {
      // Somebody who is no moderator any more: the page that says so, not a form that vanishes.
      if (isHtmx(c)) c.header("HX-Redirect", moderationPath(channel.name));
      throw new UserError(
        {
          en: "Only the streamer, moderators and administrators can open this.",
          id: "Hanya penyiar, moderator, dan administrator yang bisa membukanya.",
        },
        { status: 403, title: { en: "Not for you", id: "Bukan untuk Anda" } },
      );
    }
    if (member.standing === "administrator" && (await lacksSecondFactor(db, member.id)))
      return goTo(c, secondFactorPath);
    return { channel, member };
  };

  const load = async (c: Context<AppEnv>, channel: NamedChannel, member: Member): Promise<ChatModerationProps> => {
    const room = await findRoom(db, channel.id, clock());
    if (room === undefined) throw notFound();
    const path = moderationPath(channel.name);
    const bans = await listBans(db, channel.id, readBanCursor(c.req.query("bans")), perPage + 1, clock());
    const log = await listLog(db, channel.id, readLogCursor(c.req.query("before")), perPage + 1);
    const lastBan = bans.length > perPage ? bans[perPage - 1] : undefined;
    const lastEntry = log.length > perPage ? log[perPage - 1] : undefined;
    return {
      channelName: channel.name,
      displayName: channel.displayName ?? channel.name,
      settings: room.settings,
      blockedWords: room.blockedWords,
      moderators: (await listModerators(db, channel.id)).map(({ name }) => name),
      canAppoint: member.standing !== "moderator",
      bans: bans.slice(0, perPage),
      moreBans: lastBan && `${path}?bans=${lastBan.at}.${lastBan.userId}#chat-bans`,
      // performChatAction wrote it, so that it is one of the actions.
      log: log.slice(0, perPage) as LogEntryProps[],
      olderLog: lastEntry && `${path}?before=${lastEntry.id}#log`,
    };
  };

  const answer = async (
    c: Context<AppEnv>,
    { channel, member }: Place,
    form: ModerationForm,
    said: FormAnswer,
  ): Promise<Response> => {
    const moderation = { ...(await load(c, channel, member)), answers: { [form]: said } };
    const status = said.isError ? 422 : 200;
    if (isHtmx(c)) {
      const language = c.get("language");
      return renderFragment(c, <ModerationFragment form={form} moderation={moderation} language={language} />, status);
    }
    return renderPage(c, <ChatModerationPage page={pageProps(c, assets)} moderation={moderation} />, status);
  };

  /** Does one after the other what a form asks for, up to the first that is refused. */
  const perform = async ({ channel, member }: Place, wishes: unknown[], language: Language): Promise<FormAnswer> => {
    let message = nothingChanged;
    try {
      for (const wish of wishes) {
        const { data: action } = ChatAction.safeParse(wish);
        if (action === undefined) throw new UserError(cannotBeDone);
        const done = await performChatAction(deps, member, channel, action);
        if (!done.ok) throw new UserError(done.message);
        message = wishes.length > 1 ? rulesSaved : done.message;
      }
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      return { isError: true, message: error.told(language).message };
    }
    return { isError: false, message: message[language] };
  };

  /** A form about one word or one person; `fields` are the fields of the action. */
  const send = async (
    c: Context<AppEnv>,
    form: ModerationForm,
    handle: string,
    actions: string[],
  ): Promise<Response> => {
    const at = await enter(c, handle);
    if (at instanceof Response) return at;
    const { do: action, seconds, reason, ...about } = await readForm(c, "do", "word", "person", "seconds", "reason");
    if (!actions.includes(action)) throw new UserError(unreadable, { status: 400 });
    const subject = about.word || about.person;
    const wish = {
      ...(form === "words" ? { word: subject } : { person: subject }),
      ...(reason === "" ? {} : { reason }),
      ...(action === "ban" && seconds !== "" ? { action: "timeout", seconds: Number(seconds) } : { action }),
    };
    const said = await perform(at, [wish], c.get("language"));
    return answer(c, at, form, said.isError ? { ...said, typed: { subject, seconds, reason } } : said);
  };

  const path = `/${channelHandle}/chat/moderation` as const;
  return (
    new Hono<AppEnv>()
      .get(path, async (c) => {
        const at = await enter(c, c.req.param("handle"));
        if (at instanceof Response) return at;
        const moderation = await load(c, at.channel, at.member);
        return renderPage(c, <ChatModerationPage page={pageProps(c, assets)} moderation={moderation} />);
      })
      // Where a form's answer stands without JavaScript: who opens or reloads it there finds the page.
      .get(`${path}/:form{settings|words|moderators|bans}`, (c) => goTo(c, c.req.path.replace(/\/[a-z]+$/, "")))
      .post(`${path}/settings`, async (c) => {
        const at = await enter(c, c.req.param("handle"));
        if (at instanceof Response) return at;
        const wishes = readSettings(await readForm(c, ...settingFieldNames));
        return answer(c, at, "settings", await perform(at, wishes, c.get("language")));
      })
      .post(`${path}/words`, (c) => send(c, "words", c.req.param("handle"), ["block-word", "unblock-word"]))
      .post(`${path}/moderators`, (c) => send(c, "moderators", c.req.param("handle"), ["mod", "unmod"]))
      .post(`${path}/bans`, (c) => send(c, "bans", c.req.param("handle"), ["ban", "unban"]))
  );
}

function readLogCursor(before: string | undefined): number | null {
  return /^\d{1,15}$/.test(before ?? "") ? Number(before) : null;
}

function readBanCursor(bans: string | undefined): { at: number; userId: string } | null {
  const match = /^(\d{1,15})\.([0-9a-f]{32})$/.exec(bans ?? "");
  return match === null ? null : { at: Number(match[1]), userId: match[2] ?? "" };
}
