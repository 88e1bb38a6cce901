import type { Language } from "../contract/language.ts";
import { authTexts } from "./auth-texts.ts";
import { type FormProblem, OwnName, PasswordField, TextField } from "./fields.tsx";
import type { PageProps } from "./layout.tsx";
import { SettingsForm, SettingsPage } from "./settings.tsx";
import { settingsTexts } from "./settings-texts.ts";

interface FormProps {
  language: Language;
  username: string;
  problem?: FormProblem | undefined;
}

/** What was just done. */
export type SecurityNotice = "password" | "second-factor" | "second-factor-off";

export const PasswordForm = ({ language, username, problem }: FormProps) => {
  const texts = settingsTexts[language];
  return (
    <SettingsForm id="password-form" action="/settings/password" submit={texts.changePassword} problem={problem}>
      <p class="hint">{texts.passwordHint}</p>
      <OwnName username={username} />
      <PasswordField language={language} name="current" label={texts.currentPassword} problem={problem} isNew={false} />
      <PasswordField language={language} label={authTexts[language].newPassword} problem={problem} isNew />
    </SettingsForm>
  );
};

export const TurnOffForm = ({ language, username, problem }: FormProps) => {
  const texts = settingsTexts[language];
  return (
    <SettingsForm
      id="second-factor-form"
      action="/settings/second-factor/off"
      submit={texts.turnOff}
      kind="danger"
      problem={problem}
    >
      <OwnName username={username} />
      <PasswordField
        language={language}
        id="second-factor-password"
        label={texts.yourPassword}
        problem={problem}
        isNew={false}
      />
    </SettingsForm>
  );
};

export const NewCodesForm = ({ language, username, problem }: FormProps) => {
  const texts = settingsTexts[language];
  return (
    <SettingsForm
      id="codes-form"
      action="/settings/recovery-codes"
      submit={texts.makeCodes}
      kind="quiet"
      problem={problem}
    >
      <OwnName username={username} />
      <PasswordField
        language={language}
        id="codes-password"
        label={texts.yourPassword}
        hint={texts.codesHint}
        problem={problem}
        isNew={false}
      />
    </SettingsForm>
  );
};

interface SecurityPageProps {
  page: PageProps;
  username: string;
  hasTotp: boolean;
  codesLeft: number;
  notice?: SecurityNotice | undefined;
  problems?: { password?: FormProblem; secondFactor?: FormProblem; codes?: FormProblem };
}

export const SecurityPage = ({ page, username, hasTotp, codesLeft, notice, problems }: SecurityPageProps) => {
  const { language } = page;
  const texts = settingsTexts[language];
  const notices: Record<SecurityNotice, string> = {
    password: texts.passwordChanged,
    "second-factor": texts.secondFactorOnNow,
    "second-factor-off": texts.secondFactorOffNow,
  };
  return (
    <SettingsPage page={page} tab="security" notice={notice === undefined ? undefined : notices[notice]}>
      <section class="panel" aria-labelledby="password-heading">
        <h2 id="password-heading">{texts.password}</h2>
        <PasswordForm language={language} username={username} problem={problems?.password} />
      </section>
      <section class="panel" aria-labelledby="second-factor-heading">
        <h2 id="second-factor-heading">{texts.secondFactor}</h2>
        <p class="settings-lead">{hasTotp ? texts.secondFactorOn : texts.secondFactorOff}</p>
        {hasTotp ? (
          <TurnOffForm language={language} username={username} problem={problems?.secondFactor} />
        ) : (
          <a class="button" href="/settings/second-factor" aria-label={`${texts.setUp}: ${texts.secondFactor}`}>
            {texts.setUp}
          </a>
        )}
      </section>
      <section class="panel" aria-labelledby="codes-heading">
        <h2 id="codes-heading">{texts.recoveryCodes}</h2>
        <p class="settings-lead">{codesLeft === 0 ? texts.noCodesLeft : texts.codesLeft(codesLeft)}</p>
        <NewCodesForm language={language} username={username} problem={problems?.codes} />
      </section>
    </SettingsPage>
  );
};

interface SecondFactorFormProps extends Omit<FormProps, "username"> {
  /** The secret, sealed for this session. */
  sealed: string;
}

export const SecondFactorForm = ({ language, sealed, problem }: SecondFactorFormProps) => {
  const texts = settingsTexts[language];
  return (
    <SettingsForm id="set-up-form" action="/settings/second-factor" submit={texts.turnOn} problem={problem}>
      <input type="hidden" name="sealed" value={sealed} />
      <TextField
        name="code"
        label={texts.firstCode}
        hint={texts.firstCodeHint}
        problem={problem}
        input={{
          required: true,
          autocomplete: "one-time-code",
          inputmode: "numeric",
          pattern: "[0-9 ]{6,9}",
          class: "code code-digits",
        }}
      />
    </SettingsForm>
  );
};

/** A QR code: so many modules to a side, and the dark ones as the path of an SVG. */
export interface QrCode {
  size: number;
  path: string;
}

export const SecondFactorPage = (
  props: Omit<SecondFactorFormProps, "language"> & { page: PageProps; secret: string; qr: QrCode; isRequired: boolean },
) => {
  const { page, secret, qr, isRequired, ...form } = props;
  const texts = settingsTexts[page.language];
  return (
    <SettingsPage page={page} tab="security" title={texts.setUpTitle}>
      <section class="panel second-factor" aria-labelledby="set-up-heading">
        <h2 id="set-up-heading">{texts.setUpTitle}</h2>
        {isRequired && <p class="settings-lead">{texts.neededByAdministrators}</p>}
        <p>{texts.scan}</p>
        <svg class="qr" viewBox={`0 0 ${qr.size} ${qr.size}`} role="img" aria-label={texts.qrLabel}>
          <path d={qr.path} />
        </svg>
        <details>
          <summary>{texts.byHand}</summary>
          <p class="secret">
            <span class="visually-hidden">{texts.secret}: </span>
            <code>{secret.replace(/(.{4})(?=.)/g, "$1 ")}</code>
          </p>
        </details>
        <SecondFactorForm language={page.language} {...form} />
      </section>
      <p class="aside">
        <a href="/settings/security">{texts.back}</a>
      </p>
    </SettingsPage>
  );
};
