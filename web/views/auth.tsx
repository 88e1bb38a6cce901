import type { Child, PropsWithChildren } from "hono/jsx";
import type { Language } from "../contract/language.ts";
import { authTexts } from "./auth-texts.ts";
import { type FormProblem, OwnName, PasswordField, TextField, UsernameField } from "./fields.tsx";
import { Layout, type PageProps } from "./layout.tsx";
import { FormError, replaces } from "./parts.tsx";

/** What each form of these pages knows. */
export interface AuthFormProps {
  language: Language;
  problem?: FormProblem | undefined;
  /** Path to go on to after success. */
  next?: string | undefined;
}

interface CredentialsProps extends AuthFormProps {
  username: string;
}

type PageOf<Props> = { page: PageProps } & Omit<Props, "language">;

/** A form that posts to its own path, and is replaced by itself when something is wrong. */
const AuthForm = (
  props: PropsWithChildren<{
    id: string;
    action: string;
    submit: string;
    problem: FormProblem | undefined;
    next?: string | undefined;
  }>,
) => (
  <form id={props.id} class="form" method="post" action={props.action} hx-post={props.action} {...replaces(props.id)}>
    <FormError id={`${props.id}-error`} message={props.problem?.field === null ? props.problem.message : undefined} />
    {props.next !== undefined && <input type="hidden" name="next" value={props.next} />}
    {props.children}
    <button class="button button-wide" type="submit">
      {props.submit}
    </button>
  </form>
);

/** A page with a single job, and the script that helps with passwords. `framed`: under the site's own header. */
export const AuthPage = (
  props: PropsWithChildren<{ page: PageProps; title: string; lead?: Child; framed?: boolean }>,
) => (
  <Layout
    page={props.page}
    title={props.title}
    scripts="forms"
    styles="desk"
    bare={props.framed !== true}
    head={<script src={props.page.assets.account} type="module"></script>}
  >
    <div class="auth">
      <h1>{props.title}</h1>
      {props.lead !== undefined && <p class="lead">{props.lead}</p>}
      {props.children}
    </div>
  </Layout>
);

const query = (next: string | undefined) => (next === undefined ? "" : `?next=${encodeURIComponent(next)}`);

export const LoginForm = ({ language, username, problem, next }: CredentialsProps) => (
  <AuthForm id="login-form" action="/login" submit={authTexts[language].signIn} problem={problem} next={next}>
    <UsernameField language={language} value={username} problem={problem} isNew={false} />
    <PasswordField language={language} problem={problem} isNew={false} />
  </AuthForm>
);

export const LoginPage = ({ page, ...form }: PageOf<CredentialsProps>) => {
  const texts = authTexts[page.language];
  return (
    <AuthPage page={page} title={texts.signIn} lead={texts.signInLead}>
      <LoginForm language={page.language} {...form} />
      <p class="aside">
        <a href="/recover">{texts.forgotten}</a>
      </p>
      <p class="aside">
        {texts.newHere} <a href={`/register${query(form.next)}`}>{texts.createAnAccount}</a>
      </p>
    </AuthPage>
  );
};

export const RegisterForm = ({ language, username, problem, next }: CredentialsProps) => {
  const texts = authTexts[language];
  return (
    <AuthForm id="register-form" action="/register" submit={texts.createAccount} problem={problem} next={next}>
      <UsernameField language={language} value={username} problem={problem} isNew />
      <PasswordField language={language} label={texts.password} problem={problem} isNew />
    </AuthForm>
  );
};

/** `isInvited`: by an invitation that is good. */
export const RegisterPage = ({ page, isInvited, ...form }: PageOf<CredentialsProps> & { isInvited: boolean }) => {
  const texts = authTexts[page.language];
  return (
    <AuthPage page={page} title={texts.createAccount} lead={isInvited ? texts.invited : texts.registerLead}>
      <RegisterForm language={page.language} {...form} />
      <p class="aside">
        {texts.beenHere} <a href={`/login${query(form.next)}`}>{texts.signIn}</a>
      </p>
    </AuthPage>
  );
};

/** Instead of the form, where nobody can register, or only by invitation. */
export const RegistrationClosedPage = ({ page, byInvitation }: { page: PageProps; byInvitation: boolean }) => {
  const texts = authTexts[page.language];
  return (
    <AuthPage
      page={page}
      title={byInvitation ? texts.byInvitationTitle : texts.closedTitle}
      lead={byInvitation ? texts.byInvitation : texts.closed}
    >
      <a class="button button-wide" href="/">
        {texts.watchInstead}
      </a>
      <p class="aside">
        {texts.beenHere} <a href="/login">{texts.signIn}</a>
      </p>
    </AuthPage>
  );
};

export const SetupForm = ({ language, username, problem }: CredentialsProps) => {
  const texts = authTexts[language];
  return (
    <AuthForm id="setup-form" action="/setup" submit={texts.createAdministrator} problem={problem}>
      <UsernameField language={language} value={username} problem={problem} isNew />
      <PasswordField language={language} label={texts.password} problem={problem} isNew />
    </AuthForm>
  );
};

export const SetupPage = ({ page, ...form }: PageOf<CredentialsProps>) => {
  const texts = authTexts[page.language];
  return (
    <AuthPage page={page} title={texts.setupTitle} lead={texts.setupLead}>
      <SetupForm language={page.language} {...form} />
    </AuthPage>
  );
};

export const ResetForm = ({ language, username, problem }: CredentialsProps) => (
  <AuthForm id="reset-form" action="/reset" submit={authTexts[language].setPassword} problem={problem}>
    <OwnName username={username} />
    <PasswordField language={language} problem={problem} isNew />
  </AuthForm>
);

export const ResetPage = ({ page, ...form }: PageOf<CredentialsProps>) => {
  const texts = authTexts[page.language];
  return (
    <AuthPage page={page} title={texts.newPassword} lead={texts.resetLead(form.username)}>
      <ResetForm language={page.language} {...form} />
    </AuthPage>
  );
};

const RecoveryCodeField = ({ language, problem }: AuthFormProps) => {
  const texts = authTexts[language];
  return (
    <TextField
      name="recoveryCode"
      label={texts.recoveryCode}
      hint={texts.recoveryCodeHint}
      problem={problem}
      input={{ required: true, autocomplete: "off", autocapitalize: "none", spellcheck: "false", class: "code" }}
    />
  );
};

export const RecoverForm = ({ language, username, problem }: CredentialsProps) => (
  <AuthForm id="recover-form" action="/recover" submit={authTexts[language].setPassword} problem={problem}>
    <UsernameField language={language} value={username} problem={problem} isNew={false} />
    <RecoveryCodeField language={language} problem={problem} />
    <PasswordField language={language} problem={problem} isNew />
  </AuthForm>
);

export const RecoverPage = ({ page, ...form }: PageOf<CredentialsProps>) => {
  const texts = authTexts[page.language];
  return (
    <AuthPage page={page} title={texts.recoverTitle} lead={texts.recoverLead}>
      <RecoverForm language={page.language} {...form} />
      <p class="aside">{texts.noCodes}</p>
      <p class="aside">
        {texts.remembered} <a href="/login">{texts.signIn}</a>
      </p>
    </AuthPage>
  );
};

export const CodeForm = ({ language, problem, next }: AuthFormProps) => {
  const texts = authTexts[language];
  return (
    <div id="code-forms" class="code-forms">
      <AuthForm id="code-form" action="/login/code" submit={texts.continue} problem={problem} next={next}>
        <TextField
          name="code"
          label={texts.code}
          hint={texts.codeHint}
          problem={problem}
          input={{
            required: true,
            autocomplete: "one-time-code",
            inputmode: "numeric",
            pattern: "[0-9 ]{6,9}",
            class: "code code-digits",
            ...(problem?.field === "recoveryCode" ? {} : { autofocus: true }),
          }}
        />
      </AuthForm>
      <details class="other-way" {...(problem?.field === "recoveryCode" ? { open: true } : {})}>
        <summary>{texts.noApp}</summary>
        <AuthForm
          id="recovery-form"
          action="/login/code"
          submit={texts.useRecoveryCode}
          problem={undefined}
          next={next}
        >
          <RecoveryCodeField language={language} problem={problem} />
        </AuthForm>
      </details>
    </div>
  );
};

/** The second factor, after a right password. */
export const CodePage = ({ page, username, ...form }: PageOf<CredentialsProps>) => {
  const texts = authTexts[page.language];
  return (
    <AuthPage page={page} title={texts.codeTitle} lead={texts.codeLead(username)}>
      <CodeForm language={page.language} {...form} />
      <p class="aside">
        <a href={`/login${query(form.next)}`}>{texts.startOver}</a>
      </p>
    </AuthPage>
  );
};

/** The password again, before what a stolen session must not do. */
export const ConfirmPage = ({ page, problem, next }: PageOf<AuthFormProps>) => {
  const texts = authTexts[page.language];
  return (
    <AuthPage page={page} title={texts.confirmTitle} lead={texts.confirmLead} framed>
      <form class="form" method="post" action="/confirm">
        <FormError id="confirm-form-error" message={problem?.field === null ? problem.message : undefined} />
        <input type="hidden" name="next" value={next} />
        {page.user !== null && <OwnName username={page.user.name} />}
        <PasswordField language={page.language} problem={problem} isNew={false} />
        <button class="button button-wide" type="submit">
          {texts.confirm}
        </button>
      </form>
    </AuthPage>
  );
};

export const GoodbyePage = ({ page }: { page: PageProps }) => {
  const texts = authTexts[page.language];
  return (
    <AuthPage page={page} title={texts.goodbyeTitle} lead={texts.goodbye}>
      <a class="button button-wide" href="/">
        {texts.toHome}
      </a>
    </AuthPage>
  );
};
