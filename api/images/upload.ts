import type { Context } from "hono";
import { bodyLimit } from "hono/body-limit";
import { createMiddleware } from "hono/factory";
import type { AppEnv } from "../app-env.ts";
import { requireUser } from "../request.ts";
import { UserError } from "../user-error.ts";
import { refused } from "./take-image.ts";

/** Where forms bring pictures: their bodies have a limit of their own. */
export const uploadPaths = ["/settings/avatar", "/studio/banner"];

/** Of the picture, and what a form puts around it. */
export const uploadBodyMaxBytes = 5_500_000;

const limit = bodyLimit({
  maxSize: uploadBodyMaxBytes,
  onError: () => {
    throw refused("tooManyBytes", 413);
  },
});

/** Lets a large body in. Only who is signed in may send one, and from everybody else nothing is read. */
export const uploadLimit = createMiddleware<AppEnv>((c, next) => {
  requireUser(c);
  return limit(c, next);
});

/** The picture in a field of a posted form; null: none was chosen. Throws UserError (400). */
export async function readUpload(c: Context<AppEnv>, field: string): Promise<File | null> {
  const body = await c.req.parseBody().catch((error: unknown) => {
    if (!(error instanceof TypeError)) throw error;
    throw new UserError(
      { en: "The server could not read this form.", id: "Server tidak dapat membaca formulir ini." },
      { status: 400 },
    );
  });
  const file = body[field];
  // A field for a file in which none was chosen is sent as one without a name and without content.
  return file instanceof File && file.size > 0 ? file : null;
}
