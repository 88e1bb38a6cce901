import type { PropsWithChildren } from "hono/jsx";
import type { Language } from "../contract/language.ts";
import { authTexts } from "./auth-texts.ts";
import { Icon } from "./parts.tsx";

/** What was wrong with a form: at one of its fields, or with the whole (null). */
export interface FormProblem {
  field: string | null;
  message: string;
}

interface FieldProps {
  name: string;
  label: string;
  hint?: string;
  problem: FormProblem | undefined;
  /** Of the page's ids, where a page has two fields of one name. */
  id?: string;
}

/** Beside the field it is about; read out when it appears. */
const FieldProblem = ({ id, message }: { id: string; message: string }) => (
  <p class="field-error" id={id} role="alert">
    <Icon name="alert" />
    {message}
  </p>
);

/** Attributes of an input, and what surrounds it: label, hint, and what is wrong with it, with the cursor in it then. */
const fieldOf = ({ name, id = name, hint, problem }: FieldProps) => {
  const isWrong = problem?.field === name;
  const described = [hint === undefined ? [] : `${id}-hint`, isWrong ? `${id}-error` : []].flat().join(" ");
  return {
    isWrong,
    attributes: {
      id,
      name,
      ...(described === "" ? {} : { "aria-describedby": described }),
      ...(isWrong ? { "aria-invalid": "true", autofocus: true } : {}),
    },
  };
};

const Field = (props: PropsWithChildren<FieldProps & { isWrong: boolean }>) => {
  const { id = props.name, label, hint, problem, isWrong, children } = props;
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {children}
      {isWrong && problem !== undefined && <FieldProblem id={`${id}-error`} message={problem.message} />}
      {hint !== undefined && (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
    </div>
  );
};

interface TextFieldProps extends FieldProps {
  value?: string;
  /** Further attributes of the input. */
  input?: Record<string, string | number | boolean>;
}

export const TextField = (props: TextFieldProps) => {
  const { isWrong, attributes } = fieldOf(props);
  return (
    <Field {...props} isWrong={isWrong}>
      <input type="text" {...attributes} value={props.value ?? ""} {...props.input} />
    </Field>
  );
};

/** A name to sign in with. `isNew`: one that is being chosen. */
export const UsernameField = (props: {
  language: Language;
  value: string;
  problem: FormProblem | undefined;
  isNew: boolean;
  label?: string;
}) => {
  const texts = authTexts[props.language];
  return (
    <TextField
      name="username"
      label={props.label ?? texts.username}
      value={props.value}
      problem={props.problem}
      {...(props.isNew ? { hint: texts.usernameHint } : {})}
      input={{
        required: true,
        autocomplete: "username",
        autocapitalize: "none",
        spellcheck: "false",
        ...(props.isNew ? { minlength: 3, maxlength: 24 } : {}),
      }}
    />
  );
};

/** Tells password managers whose password a form is about. */
export const OwnName = ({ username }: { username: string }) => (
  <input type="hidden" name="owner" value={username} autocomplete="username" />
);

interface PasswordFieldProps extends Omit<FieldProps, "label" | "name"> {
  language: Language;
  name?: string;
  label?: string;
  /** A password that is being chosen, not typed from memory. */
  isNew: boolean;
}

/** What is typed can be shown: by a script of ours, and only where there are scripts. */
export const PasswordField = ({ name = "password", ...props }: PasswordFieldProps) => {
  const texts = authTexts[props.language];
  const label = props.label ?? (props.isNew ? texts.newPassword : texts.password);
  const field = { ...props, name, label, ...(props.isNew ? { hint: props.hint ?? texts.newPasswordHint } : {}) };
  const { isWrong, attributes } = fieldOf(field);
  return (
    <Field {...field} isWrong={isWrong}>
      <span class="password-field">
        <input
          {...attributes}
          type="password"
          required
          autocomplete={props.isNew ? "new-password" : "current-password"}
          {...(props.isNew ? { minlength: 8 } : {})}
        />
        <button class="reveal" type="button" aria-controls={attributes.id} data-reveal>
          <span data-reveal-label={texts.hide}>{texts.show}</span>
          <span class="visually-hidden"> {texts.thePassword}</span>
        </button>
      </span>
    </Field>
  );
};
