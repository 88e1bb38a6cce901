import type { PropsWithChildren } from "hono/jsx";
import { Layout, type PageProps } from "./layout.tsx";
import { FormError, replaces } from "./parts.tsx";

interface CredentialsProps {
  values: { username: string };
  error?: string;
  /** Path to go on to after success. */
  next?: string;
}

interface CredentialsFormProps extends CredentialsProps {
  id: string;
  action: string;
  submit: string;
  /** A password that is being chosen, not typed from memory. */
  isNewPassword: boolean;
}

const PasswordField = (props: { isNew: boolean; label?: string; hasError: boolean; errorId: string }) => (
  <div class="field">
    <label for="password">{props.label ?? "Password"}</label>
    <input
      id="password"
      name="password"
      type="password"
      required
      autocomplete={props.isNew ? "new-password" : "current-password"}
      {...(props.isNew ? { minlength: 8, "aria-describedby": "password-hint" } : {})}
      {...(props.hasError ? { "aria-invalid": "true", "aria-errormessage": props.errorId } : {})}
    />
    {props.isNew && (
      <p class="hint" id="password-hint">
        At least 8 characters. A few random words make a good one.
      </p>
    )}
  </div>
);

const CredentialsForm = (props: CredentialsFormProps) => {
  const errorId = `${props.id}-error`;
  const hasError = props.error !== undefined;
  return (
    <form id={props.id} class="form" method="post" action={props.action} hx-post={props.action} {...replaces(props.id)}>
      <FormError id={errorId} message={props.error} />
      {props.next !== undefined && <input type="hidden" name="next" value={props.next} />}
      <div class="field">
        <label for="username">Username</label>
        <input
          id="username"
          name="username"
          value={props.values.username}
          required
          autocomplete="username"
          autocapitalize="none"
          spellcheck={false}
          {...(props.isNewPassword ? { minlength: 3, maxlength: 24, "aria-describedby": "username-hint" } : {})}
          {...(hasError ? { "aria-invalid": "true", "aria-errormessage": errorId } : {})}
        />
        {props.isNewPassword && (
          <p class="hint" id="username-hint">
            Also the address of the channel: 3 to 24 letters, digits or underscores.
          </p>
        )}
      </div>
      <PasswordField isNew={props.isNewPassword} hasError={hasError} errorId={errorId} />
      <button class="button button-wide" type="submit">
        {props.submit}
      </button>
    </form>
  );
};

const AuthPage = (props: PropsWithChildren<{ page: PageProps; title: string; lead: string }>) => (
  <Layout page={props.page} title={props.title} scripts="forms" bare>
    <div class="auth">
      <h1>{props.title}</h1>
      <p class="lead">{props.lead}</p>
      {props.children}
    </div>
  </Layout>
);

const query = (next: string | undefined) => (next === undefined ? "" : `?next=${encodeURIComponent(next)}`);

export const LoginForm = (props: CredentialsProps) => (
  <CredentialsForm {...props} id="login-form" action="/login" submit="Sign in" isNewPassword={false} />
);

export const LoginPage = ({ page, ...form }: CredentialsProps & { page: PageProps }) => (
  <AuthPage page={page} title="Sign in" lead="Watching needs no account. Streaming does.">
    <LoginForm {...form} />
    <p class="aside">
      New here? <a href={`/register${query(form.next)}`}>Create an account</a>
    </p>
  </AuthPage>
);

export const RegisterForm = (props: CredentialsProps) => (
  <CredentialsForm {...props} id="register-form" action="/register" submit="Create account" isNewPassword />
);

export const RegisterPage = ({ page, ...form }: CredentialsProps & { page: PageProps }) => (
  <AuthPage page={page} title="Create account" lead="A name and a password, nothing else.">
    <RegisterForm {...form} />
    <p class="aside">
      Been here before? <a href={`/login${query(form.next)}`}>Sign in</a>
    </p>
  </AuthPage>
);

export const SetupForm = (props: CredentialsProps) => (
  <CredentialsForm {...props} id="setup-form" action="/setup" submit="Create administrator" isNewPassword />
);

export const SetupPage = ({ page, ...form }: CredentialsProps & { page: PageProps }) => (
  <AuthPage
    page={page}
    title="Set up the stage"
    lead="The first account administers this server and may stream at once. Everybody else registers after it."
  >
    <SetupForm {...form} />
  </AuthPage>
);

export const ResetForm = ({ username, error }: { username: string; error?: string }) => (
  <form id="reset-form" class="form" method="post" action="/reset" hx-post="/reset" {...replaces("reset-form")}>
    <FormError id="reset-form-error" message={error} />
    {/* Tells password managers whose password this is. */}
    <input type="hidden" name="username" value={username} autocomplete="username" />
    <PasswordField isNew label="New password" hasError={error !== undefined} errorId="reset-form-error" />
    <button class="button button-wide" type="submit">
      Set password
    </button>
  </form>
);

export const ResetPage = ({ page, ...form }: { page: PageProps; username: string; error?: string }) => (
  <AuthPage
    page={page}
    title="New password"
    lead={`For the account ${form.username}. Every other session is signed out.`}
  >
    <ResetForm {...form} />
  </AuthPage>
);
