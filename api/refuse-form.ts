import type { Context } from "hono";
import type { JSX } from "hono/jsx/jsx-runtime";
import type { FormProblem } from "../web/views/fields.tsx";
import type { AppEnv } from "./app-env.ts";
import { FieldError } from "./auth/field-error.ts";
import { renderFragment, renderPage } from "./page.tsx";
import { isHtmx } from "./request.ts";
import { UserError } from "./user-error.ts";

/** What a form says of an error. Throws what is no UserError again. */
function problemOf(c: Context<AppEnv>, error: unknown): FormProblem & { status: UserError["status"] } {
  if (!(error instanceof UserError)) throw error;
  if (error.retryAfterSeconds !== undefined) c.header("Retry-After", String(error.retryAfterSeconds));
  const { message } = error.told(c.get("language"));
  return { message, status: error.status, field: error instanceof FieldError ? error.field : null };
}

/** Shows a form again, with what was wrong: the fragment to htmx, else the whole page. Throws what is no UserError again. */
export function refuseForm(
  c: Context<AppEnv>,
  error: unknown,
  form: (problem: FormProblem) => JSX.Element,
  page: (problem: FormProblem) => JSX.Element,
): Promise<Response> {
  const problem = problemOf(c, error);
  return isHtmx(c) ? renderFragment(c, form(problem), problem.status) : renderPage(c, page(problem), problem.status);
}
