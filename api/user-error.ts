import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { Language } from "../web/contract/language.ts";

/** A sentence in each of our languages. */
export type Said = Readonly<Record<Language, string>>;

interface UserErrorOptions {
  /** HTTP status. @default 422 */
  status?: ContentfulStatusCode;
  /** Heading of the page that shows it. */
  title?: Said;
  /** When to try again, s. */
  retryAfterSeconds?: number;
}

const didNotWork: Said = { en: "That did not work", id: "Itu tidak berhasil" };

/** Something a person did or met that is no defect of ours. Its message is a sentence for them that says what to do. */
export class UserError extends Error {
  override name = "UserError";
  readonly status: ContentfulStatusCode;
  readonly #said: Said;
  readonly #title: Said;
  readonly retryAfterSeconds: number | undefined;

  constructor(message: Said, { status = 422, title = didNotWork, retryAfterSeconds }: UserErrorOptions = {}) {
    super(message.en);
    this.status = status;
    this.#said = message;
    this.#title = title;
    this.retryAfterSeconds = retryAfterSeconds;
  }

  /** What people read, in their language. */
  told(language: Language): { message: string; title: string } {
    return { message: this.#said[language], title: this.#title[language] };
  }
}

export const unreadable = (): UserError =>
  new UserError(
    { en: "The server could not read this request.", id: "Server tidak dapat membaca permintaan ini." },
    { status: 400 },
  );

export const notFound = (): UserError =>
  new UserError(
    { en: "There is nothing at this address.", id: "Tidak ada apa-apa di alamat ini." },
    { status: 404, title: { en: "Not found", id: "Tidak ditemukan" } },
  );
