import { type Context, Hono } from "hono";
import { findOpenLink } from "../../db/one-time-links.ts";
import { randomId } from "../../db/random-id.ts";
import { readSiteDecisions } from "../../db/site-settings.ts";
import {
  createFirstAdministrator,
  createViewer,
  hasUsers,
  invites,
  isUsernameTaken,
  type NewAccount,
} from "../../db/users.ts";
import { authTexts } from "../../web/views/auth-texts.ts";
import { RegisterForm, RegisterPage, RegistrationClosedPage, SetupForm, SetupPage } from "../../web/views/auth.tsx";
import { RecoveryCodesGonePage, RecoveryCodesPage } from "../../web/views/recovery-codes.tsx";
import type { AppDeps, AppEnv } from "../app-env.ts";
import { clearCode, clearShownCodes, readCode, readShownCodes, setCode } from "../auth/cookies.ts";
import { FieldError } from "../auth/field-error.ts";
import { deadLink, notSetUp } from "../auth/link-errors.ts";
import { checkNewPassword, checkNewUsername } from "../auth/names.ts";
import { hashCode } from "../auth/one-time-codes.ts";
import { firstPage, showCodes, signIn } from "../auth/sign-in.ts";
import { pageProps, renderPage } from "../page.tsx";
import { refuseForm } from "../refuse-form.ts";
import { goTo, localPath, readForm, requireSite, requireUser } from "../request.ts";

const taken = new FieldError("username", {
  en: "This username is taken. Choose another one.",
  id: "Nama pengguna ini sudah dipakai. Pilih yang lain.",
});

/** Accounts are made: the first administrator's, everybody else's, with the recovery codes that they get. */
export function registerRoutes(deps: AppDeps) {
  const { db, clock, passwords, limits, keys, recoveryCodes, assets, log } = deps;

  /** What is stored of a new account, and the recovery codes, which are not. */
  const newAccount = async (username: string, password: string): Promise<{ account: NewAccount; codes: string[] }> => {
    const channelId = randomId();
    const { stored } = keys.create(channelId);
    const { codes, hashes } = recoveryCodes.create();
    const account = {
      username,
      passwordHash: await passwords.hash(password),
      channelId,
      keyHash: stored.hash,
      keyCipher: stored.cipher,
      recoveryHashes: hashes,
    };
    return { account, codes };
  };

  /** Whether somebody may register now, and by which invitation; null: they may not, and this is the page that says so. */
  const admission = async (
    c: Context<AppEnv>,
  ): Promise<{ invitationHash: string | null } | "closed" | "invitation"> => {
    if (!(await hasUsers(db))) throw notSetUp;
    const { registration } = await readSiteDecisions(db);
    if (registration === "open") return { invitationHash: null };
    const code = readCode(c, "register");
    if (registration === "closed" || code === undefined) return registration;
    const invitationHash = hashCode(code);
    return (await invites(db, invitationHash, clock())) ? { invitationHash } : registration;
  };

  const refuseAll = (c: Context<AppEnv>, registration: "closed" | "invitation"): Promise<Response> => {
    const props = { page: pageProps(c, assets), byInvitation: registration === "invitation" };
    return renderPage(c, <RegistrationClosedPage {...props} />, 403);
  };

  return new Hono<AppEnv>()
    .get("/register", async (c) => {
      const code = c.req.query("invitation");
      if (code !== undefined) {
        await limits.takeCode(c.get("clientAddress"));
        if (!(await invites(db, hashCode(code), clock()))) throw deadLink;
        setCode(c, "register", code);
        return c.redirect("/register", 303);
      }
      const admitted = await admission(c);
      if (typeof admitted === "string") return refuseAll(c, admitted);
      const path = localPath(c.req.query("next"), "");
      const isInvited = admitted.invitationHash !== null;
      const next = path === "" ? undefined : path;
      return renderPage(c, <RegisterPage page={pageProps(c, assets)} username="" next={next} isInvited={isInvited} />);
    })
    .post("/register", async (c) => {
      const { username, password, next } = await readForm(c, "username", "password", "next");
      const admitted = await admission(c);
      if (typeof admitted === "string") return refuseAll(c, admitted);
      const { invitationHash } = admitted;
      try {
        const name = checkNewUsername(username);
        checkNewPassword(password);
        await limits.takeRegistration(c.get("clientAddress"));
        const { account, codes } = await newAccount(name, password);
        const userId = await createViewer(db, account, invitationHash, clock());
        if (userId === undefined) throw (await isUsernameTaken(db, name)) ? taken : deadLink;
        log.info({ userId }, "account created");
        clearCode(c, "register");
        await signIn(c, deps, userId);
        return showCodes(c, deps, { codes, userId, next: localPath(next, firstPage(deps, "viewer")) });
      } catch (error) {
        const path = localPath(next, "");
        const props = { username, next: path === "" ? undefined : path };
        const isInvited = invitationHash !== null;
        return refuseForm(
          c,
          error,
          (problem) => <RegisterForm language={c.get("language")} {...props} problem={problem} />,
          (problem) => <RegisterPage page={pageProps(c, assets)} {...props} isInvited={isInvited} problem={problem} />,
        );
      }
    })
    .get("/setup", async (c) => {
      const code = c.req.query("code");
      if (code !== undefined) {
        await limits.takeCode(c.get("clientAddress"));
        if ((await findOpenLink(db, "setup", hashCode(code), clock())) === undefined) throw deadLink;
        setCode(c, "setup", code);
        return c.redirect("/setup", 303);
      }
      const held = readCode(c, "setup");
      if (held === undefined || (await findOpenLink(db, "setup", hashCode(held), clock())) === undefined) {
        throw (await hasUsers(db)) ? deadLink : notSetUp;
      }
      return renderPage(c, <SetupPage page={pageProps(c, assets)} username="" />);
    })
    .post("/setup", async (c) => {
      const { username, password } = await readForm(c, "username", "password");
      const codeHash = hashCode(readCode(c, "setup") ?? "");
      await limits.takeCode(c.get("clientAddress"));
      // Before the password is hashed, which is the dear part; the INSERT decides again.
      if ((await findOpenLink(db, "setup", codeHash, clock())) === undefined) throw deadLink;
      try {
        const name = checkNewUsername(username, { mayBeReserved: true });
        checkNewPassword(password);
        const { account, codes } = await newAccount(name, password);
        const userId = await createFirstAdministrator(db, account, codeHash, clock());
        if (userId === undefined) throw deadLink;
        log.info({ userId }, "first administrator created");
        clearCode(c, "setup");
        await signIn(c, deps, userId);
        return showCodes(c, deps, { codes, userId, next: "/studio" });
      } catch (error) {
        return refuseForm(
          c,
          error,
          (problem) => <SetupForm language={c.get("language")} username={username} problem={problem} />,
          (problem) => <SetupPage page={pageProps(c, assets)} username={username} problem={problem} />,
        );
      }
    })
    .get("/recovery-codes", (c) => {
      const codes = recoveryCodes.unwrap(readShownCodes(c) ?? "", requireUser(c).id);
      if (codes === null) return renderPage(c, <RecoveryCodesGonePage page={pageProps(c, assets)} />, 410);
      const next = localPath(c.req.query("next"), "/");
      return renderPage(c, <RecoveryCodesPage page={pageProps(c, assets)} codes={codes} next={next} />);
    })
    .get("/recovery-codes/download", (c) => {
      const { id, username } = requireUser(c);
      const codes = recoveryCodes.unwrap(readShownCodes(c) ?? "", id);
      if (codes === null) return c.redirect("/recovery-codes", 303);
      c.header("Content-Disposition", `attachment; filename="panggung-recovery-codes-${username}.txt"`);
      const head = authTexts[c.get("language")].codesFileHead(username, requireSite(c).origin);
      return c.text(`${head}\n\n${codes.join("\n")}\n`);
    })
    .post("/recovery-codes", async (c) => {
      requireUser(c);
      const { next } = await readForm(c, "next");
      clearShownCodes(c);
      return goTo(c, localPath(next, "/"));
    });
}
