import { Hono } from "hono";
import { findOpenLink, resetPassword } from "../../db/one-time-links.ts";
import { recoverPassword } from "../../db/recovery-codes.ts";
import { findUser } from "../../db/users.ts";
import { RecoverForm, RecoverPage, ResetForm, ResetPage } from "../../web/views/auth.tsx";
import type { AppDeps, AppEnv } from "../app-env.ts";
import { clearCode, readCode, setCode } from "../auth/cookies.ts";
import { FieldError } from "../auth/field-error.ts";
import { deadLink } from "../auth/link-errors.ts";
import { canonicalUsername, checkNewPassword } from "../auth/names.ts";
import { hashCode } from "../auth/one-time-codes.ts";
import { askForCode, firstPage, signIn } from "../auth/sign-in.ts";
import { pageProps, renderPage } from "../page.tsx";
import { refuseForm } from "../refuse-form.ts";
import { goTo, readForm } from "../request.ts";

const wrongCode = new FieldError("recoveryCode", {
  en: "The username or the recovery code is wrong, or the code was used before.",
  id: "Nama pengguna atau kode pemulihan salah, atau kodenya sudah pernah dipakai.",
});

/** Back in without the password: by a recovery code, or by a link from whoever runs the server. */
export function recoverRoutes(deps: AppDeps) {
  const { db, clock, changes, passwords, limits, recoveryCodes, assets, log } = deps;

  return new Hono<AppEnv>()
    .get("/recover", (c) => renderPage(c, <RecoverPage page={pageProps(c, assets)} username="" />))
    .post("/recover", async (c) => {
      const { username, recoveryCode, password } = await readForm(c, "username", "recoveryCode", "password");
      try {
        checkNewPassword(password);
        const name = canonicalUsername(username) ?? "";
        const forgive = await limits.takeRecoveryAttempt(name, c.get("clientAddress"));
        // Hashed before anything is looked up: whether there is such a person shows in no time.
        const passwordHash = await passwords.hash(password);
        const codeHash = recoveryCodes.hash(recoveryCode);
        const recovered = await recoverPassword(db, { username: name, codeHash, passwordHash }, clock());
        if (recovered === undefined) throw wrongCode;
        await forgive();
        changes.emit("outbox");
        log.info({ userId: recovered.id }, "password set by a recovery code");
        if (recovered.totpCipher !== null) return await askForCode(c, deps, recovered.id, "/settings/security");
        await signIn(c, deps, recovered.id);
        return goTo(c, "/settings/security");
      } catch (error) {
        return refuseForm(
          c,
          error,
          (problem) => <RecoverForm language={c.get("language")} username={username} problem={problem} />,
          (problem) => <RecoverPage page={pageProps(c, assets)} username={username} problem={problem} />,
        );
      }
    })
    .get("/reset", async (c) => {
      const code = c.req.query("code");
      await limits.takeCode(c.get("clientAddress"));
      const link = await findOpenLink(db, "reset", hashCode(code ?? readCode(c, "reset") ?? ""), clock());
      if (link === undefined) throw deadLink;
      if (code !== undefined) {
        setCode(c, "reset", code);
        return c.redirect("/reset", 303);
      }
      return renderPage(c, <ResetPage page={pageProps(c, assets)} username={link.username ?? ""} />);
    })
    .post("/reset", async (c) => {
      const { password } = await readForm(c, "password");
      const codeHash = hashCode(readCode(c, "reset") ?? "");
      await limits.takeCode(c.get("clientAddress"));
      const link = await findOpenLink(db, "reset", codeHash, clock());
      if (link === undefined) throw deadLink;
      const username = link.username ?? "";
      try {
        checkNewPassword(password);
        const userId = await resetPassword(db, codeHash, await passwords.hash(password), clock());
        if (userId === undefined) throw deadLink;
        changes.emit("outbox");
        log.info({ userId }, "password reset");
        clearCode(c, "reset");
        await signIn(c, deps, userId);
        const user = await findUser(db, userId);
        return goTo(c, firstPage(deps, user?.role ?? "viewer"));
      } catch (error) {
        return refuseForm(
          c,
          error,
          (problem) => <ResetForm language={c.get("language")} username={username} problem={problem} />,
          (problem) => <ResetPage page={pageProps(c, assets)} username={username} problem={problem} />,
        );
      }
    });
}
