import { type Context, Hono } from "hono";
import { deleteStep, findStep, takeRecoveryCode, takeTotpStep } from "../../db/sign-in-steps.ts";
import { findUser, findUserByName, type User } from "../../db/users.ts";
import { CodeForm, CodePage, GoodbyePage, LoginForm, LoginPage } from "../../web/views/auth.tsx";
import type { AppDeps, AppEnv } from "../app-env.ts";
import { clearSessionToken, clearStepToken, readDeviceMark, readStepToken } from "../auth/cookies.ts";
import { FieldError } from "../auth/field-error.ts";
import { canonicalUsername } from "../auth/names.ts";
import { askForCode, firstPage, signIn, stepIdOf } from "../auth/sign-in.ts";
import { pageProps, renderPage } from "../page.tsx";
import { refuseForm } from "../refuse-form.ts";
import { goTo, localPath, readForm } from "../request.ts";
import { UserError } from "../user-error.ts";

const wrongCredentials = new FieldError("password", {
  en: "The username or the password is wrong.",
  id: "Nama pengguna atau kata sandi salah.",
});
const wrongCode = new FieldError("code", {
  en: "This code is wrong, or it was used before. Wait for the next one.",
  id: "Kode ini salah atau sudah pernah dipakai. Tunggu kode berikutnya.",
});
const wrongRecoveryCode = new FieldError("recoveryCode", {
  en: "This recovery code is wrong, or it was used before.",
  id: "Kode pemulihan ini salah atau sudah pernah dipakai.",
});

/** Said to nobody but who knows the password. */
const suspended = ({ suspendedReason }: User): UserError => {
  const why = suspendedReason === null || suspendedReason === "" ? "" : `: ${suspendedReason}`;
  return new UserError(
    { en: `This account is suspended${why}`, id: `Akun ini ditangguhkan${why}` },
    { status: 403, title: { en: "Suspended", id: "Ditangguhkan" } },
  );
};

/** What a form hands on, when it is a path of ours. */
const nextOf = (next: string | undefined): string | undefined => {
  const path = localPath(next, "");
  return path === "" ? undefined : path;
};

/** Sign in, with a second factor where there is one, and sign out. */
export function accountRoutes(deps: AppDeps) {
  const { db, clock, sessions, passwords, limits, knownDevices, secondFactors, recoveryCodes, assets, log } = deps;

  const goOn = (c: Context<AppEnv>, user: Pick<User, "role">, next: string): Response =>
    goTo(c, localPath(next, firstPage(deps, user.role)));

  /** The person whose name and password these are. Throws UserError (403, 422, 429). */
  const checkCredentials = async (c: Context<AppEnv>, username: string, password: string): Promise<User> => {
    const name = canonicalUsername(username);
    const user = name === null ? undefined : await findUserByName(db, name);
    const device = user === undefined ? null : knownDevices.find(readDeviceMark(c), user.id);
    const forgive = await limits.takePasswordAttempt(name ?? "", c.get("clientAddress"), device);
    if (!(await passwords.verify(password, user?.passwordHash)) || user === undefined) throw wrongCredentials;
    await forgive();
    if (user.suspendedAt !== null) throw suspended(user);
    return user;
  };

  /** Uses a typed code of theirs up. Throws UserError (422, 429). */
  const checkCode = async (
    stepId: string,
    { userId, totpCipher }: { userId: string; totpCipher: string | null },
    { code, recoveryCode }: { code: string; recoveryCode: string },
  ): Promise<void> => {
    const isRecovery = recoveryCode !== "";
    const forgive = await limits.takeSecondFactorAttempt(stepId, userId, isRecovery);
    if (isRecovery) {
      if (!(await takeRecoveryCode(db, userId, recoveryCodes.hash(recoveryCode), clock()))) throw wrongRecoveryCode;
      log.info({ userId }, "recovery code used as second factor");
    } else {
      const step = secondFactors.findStep(totpCipher, userId, code, clock());
      if (step === null || !(await takeTotpStep(db, userId, step))) throw wrongCode;
    }
    await forgive();
  };

  return new Hono<AppEnv>()
    .get("/login", (c) => {
      const next = c.req.query("next");
      if (c.get("user") !== null) return goTo(c, localPath(next, "/studio"));
      return renderPage(c, <LoginPage page={pageProps(c, assets)} username="" next={nextOf(next)} />);
    })
    .post("/login", async (c) => {
      const { username, password, next } = await readForm(c, "username", "password", "next");
      try {
        const user = await checkCredentials(c, username, password);
        if (user.totpCipher !== null) return await askForCode(c, deps, user.id, next);
        await signIn(c, deps, user.id);
        return goOn(c, user, next);
      } catch (error) {
        const props = { username, next: nextOf(next) };
        return refuseForm(
          c,
          error,
          (problem) => <LoginForm language={c.get("language")} {...props} problem={problem} />,
          (problem) => <LoginPage page={pageProps(c, assets)} {...props} problem={problem} />,
        );
      }
    })
    .get("/login/code", async (c) => {
      const next = c.req.query("next");
      const step = await findStep(db, stepIdOf(readStepToken(c) ?? ""), clock());
      if (step === undefined) return goTo(c, `/login${next === undefined ? "" : `?next=${encodeURIComponent(next)}`}`);
      return renderPage(c, <CodePage page={pageProps(c, assets)} username={step.username} next={nextOf(next)} />);
    })
    .post("/login/code", async (c) => {
      const { code, recoveryCode, next } = await readForm(c, "code", "recoveryCode", "next");
      const stepId = stepIdOf(readStepToken(c) ?? "");
      const step = await findStep(db, stepId, clock());
      // Too late, or a password that was changed meanwhile: once more from the beginning.
      if (step === undefined) return goTo(c, `/login${next === "" ? "" : `?next=${encodeURIComponent(next)}`}`);
      try {
        await checkCode(stepId, step, { code, recoveryCode });
        const user = await findUser(db, step.userId);
        if (user === undefined) throw wrongCredentials;
        await deleteStep(db, stepId);
        clearStepToken(c);
        await signIn(c, deps, user.id);
        return goOn(c, user, next);
      } catch (error) {
        const props = { next: nextOf(next) };
        return refuseForm(
          c,
          error,
          (problem) => <CodeForm language={c.get("language")} {...props} problem={problem} />,
          (problem) => <CodePage page={pageProps(c, assets)} username={step.username} {...props} problem={problem} />,
        );
      }
    })
    .post("/logout", async (c) => {
      const user = c.get("user");
      if (user !== null) await sessions.end(user.sessionId);
      clearSessionToken(c);
      return goTo(c, "/");
    })
    .get("/goodbye", (c) => renderPage(c, <GoodbyePage page={pageProps(c, assets)} />));
}
