import { type Context, Hono } from "hono";
import { encode } from "uqr";
import { countRecoveryCodes, replaceRecoveryCodes } from "../../db/recovery-codes.ts";
import { readSiteDecisions } from "../../db/site-settings.ts";
import { changePassword, disableTotp, enableTotp } from "../../db/users.ts";
import {
  NewCodesForm,
  PasswordForm,
  type QrCode,
  SecondFactorForm,
  SecondFactorPage,
  SecurityPage,
  type SecurityNotice,
  TurnOffForm,
} from "../../web/views/settings-security.tsx";
import type { AppDeps, AppEnv, CurrentUser } from "../app-env.ts";
import { FieldError } from "../auth/field-error.ts";
import { checkNewPassword } from "../auth/names.ts";
import { checkOwnPassword } from "../auth/own-password.ts";
import { showCodes, signIn } from "../auth/sign-in.ts";
import { findTotpStep, totpUri } from "../auth/totp.ts";
import { pageProps, renderPage } from "../page.tsx";
import { refuseForm } from "../refuse-form.ts";
import { goTo, hasConfirmedPassword, readForm, requireSite, requireUser } from "../request.ts";

const notices: readonly SecurityNotice[] = ["password", "second-factor", "second-factor-off"];
const path = "/settings/security";

const wrongCode = new FieldError("code", {
  en: "This code is wrong. Type the one that the app shows now.",
  id: "Kode ini salah. Ketik kode yang sekarang tampil di aplikasi.",
});

/** Light around the code, modules: ISO/IEC 18004 asks for four. */
const quietZone = 4;

/** The code of a text, as the path of an SVG: one square for each dark module. */
function drawQrCode(text: string): QrCode {
  const { size, data } = encode(text, { ecc: "M", border: quietZone });
  const squares = data.flatMap((row, y) => row.flatMap((isDark, x) => (isDark ? `M${x} ${y}h1v1h-1z` : [])));
  return { size, path: squares.join("") };
}

/** `/settings/security`: password, second factor, recovery codes. */
export function securityRoutes(deps: AppDeps) {
  const { db, clock, changes, passwords, limits, secondFactors, recoveryCodes, assets, log } = deps;

  const securityProps = async (c: Context<AppEnv>, { id, username, hasTotp }: CurrentUser) => ({
    page: pageProps(c, assets),
    username,
    hasTotp,
    codesLeft: await countRecoveryCodes(db, id),
  });

  /** Of the page that sets up a second factor, with the secret that is offered. */
  const setUpProps = async (c: Context<AppEnv>, user: CurrentUser, offer: { secret: string; sealed: string }) => {
    const { administratorsNeedTotp } = await readSiteDecisions(db);
    const issuer = new URL(requireSite(c).origin).hostname;
    return {
      page: pageProps(c, assets),
      ...offer,
      qr: drawQrCode(totpUri(offer.secret, { issuer, account: user.username })),
      isRequired: administratorsNeedTotp && user.role === "administrator",
    };
  };

  return new Hono<AppEnv>()
    .get(path, async (c) => {
      const user = requireUser(c);
      const notice = notices.find((each) => each === c.req.query("done"));
      return renderPage(c, <SecurityPage {...await securityProps(c, user)} notice={notice} />);
    })
    .post("/settings/password", async (c) => {
      const user = requireUser(c);
      const { current, password } = await readForm(c, "current", "password");
      try {
        checkNewPassword(password);
        await checkOwnPassword(c, deps, user, current, "current");
        await changePassword(db, user.id, await passwords.hash(password), clock());
        changes.emit("outbox");
        log.info({ userId: user.id }, "password changed");
        // This device goes on, in a session of its own.
        await signIn(c, deps, user.id);
        return goTo(c, `${path}?done=password`);
      } catch (error) {
        const props = await securityProps(c, user);
        return refuseForm(
          c,
          error,
          (problem) => <PasswordForm language={c.get("language")} username={user.username} problem={problem} />,
          (problem) => <SecurityPage {...props} problems={{ password: problem }} />,
        );
      }
    })
    .post("/settings/recovery-codes", async (c) => {
      const user = requireUser(c);
      const { password } = await readForm(c, "password");
      try {
        await limits.takeAccountChange(user.id);
        await checkOwnPassword(c, deps, user, password);
        const { codes, hashes } = recoveryCodes.create();
        await replaceRecoveryCodes(db, user.id, hashes);
        log.info({ userId: user.id }, "new recovery codes");
        return showCodes(c, deps, { codes, userId: user.id, next: path });
      } catch (error) {
        const props = await securityProps(c, user);
        return refuseForm(
          c,
          error,
          (problem) => <NewCodesForm language={c.get("language")} username={user.username} problem={problem} />,
          (problem) => <SecurityPage {...props} problems={{ codes: problem }} />,
        );
      }
    })
    .get("/settings/second-factor", async (c) => {
      const user = requireUser(c);
      if (user.hasTotp) return goTo(c, path);
      // Else a stolen session could lock its owner out.
      if (!hasConfirmedPassword(user, clock())) return goTo(c, "/confirm?next=/settings/second-factor");
      const props = await setUpProps(c, user, secondFactors.offer(user.sessionId));
      return renderPage(c, <SecondFactorPage {...props} />);
    })
    .post("/settings/second-factor", async (c) => {
      const user = requireUser(c);
      const { sealed, code } = await readForm(c, "sealed", "code");
      const secret = secondFactors.readOffer(sealed, user.sessionId);
      const isConfirmed = hasConfirmedPassword(user, clock());
      if (user.hasTotp || secret === null || !isConfirmed) return goTo(c, "/settings/second-factor");
      try {
        await limits.takeAccountChange(user.id);
        const step = findTotpStep(secret, code, clock());
        if (step === null) throw wrongCode;
        if (!(await enableTotp(db, user.id, secondFactors.keep(secret, user.id), step))) return goTo(c, path);
        log.info({ userId: user.id }, "second factor set up");
        await signIn(c, deps, user.id);
        const next = `${path}?done=second-factor`;
        if ((await countRecoveryCodes(db, user.id)) > 0) return goTo(c, next);
        // Accounts from before there were any: without one a lost phone would lock them out.
        const { codes, hashes } = recoveryCodes.create();
        await replaceRecoveryCodes(db, user.id, hashes);
        return showCodes(c, deps, { codes, userId: user.id, next });
      } catch (error) {
        const props = await setUpProps(c, user, { secret, sealed });
        return refuseForm(
          c,
          error,
          (problem) => <SecondFactorForm language={c.get("language")} sealed={sealed} problem={problem} />,
          (problem) => <SecondFactorPage {...props} problem={problem} />,
        );
      }
    })
    .post("/settings/second-factor/off", async (c) => {
      const user = requireUser(c);
      const { password } = await readForm(c, "password");
      try {
        await checkOwnPassword(c, deps, user, password);
        await disableTotp(db, user.id);
        log.info({ userId: user.id }, "second factor turned off");
        await signIn(c, deps, user.id);
        return goTo(c, `${path}?done=second-factor-off`);
      } catch (error) {
        const props = await securityProps(c, user);
        return refuseForm(
          c,
          error,
          (problem) => <TurnOffForm language={c.get("language")} username={user.username} problem={problem} />,
          (problem) => <SecurityPage {...props} problems={{ secondFactor: problem }} />,
        );
      }
    });
}
