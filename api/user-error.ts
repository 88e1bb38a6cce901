import type { ContentfulStatusCode } from "hono/utils/http-status";

interface UserErrorOptions {
  /** HTTP status. @default 422 */
  status?: ContentfulStatusCode;
  /** Heading of the page that shows it. */
  title?: string;
  /** When to try again, s. */
  retryAfterSeconds?: number;
}

/** Something a person did or met that is no defect of ours. Its message is a sentence for them that says what to do. */
export class UserError extends Error {
  override name = "UserError";
  readonly status: ContentfulStatusCode;
  readonly title: string;
  readonly retryAfterSeconds: number | undefined;

  constructor(
    message: string,
    { status = 422, title = "That did not work", retryAfterSeconds }: UserErrorOptions = {},
  ) {
    super(message);
    this.status = status;
    this.title = title;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

export const notFound = (): UserError =>
  new UserError("There is nothing at this address.", { status: 404, title: "Not found" });
