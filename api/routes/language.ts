import { Hono } from "hono";
import type { AppEnv } from "../app-env.ts";
import { rememberLanguage } from "../language.ts";
import { goTo, pageOfForm, readForm } from "../request.ts";
import { UserError } from "../user-error.ts";

/** `POST /language`: remembers a choice, and goes back to the page it was made on. */
export const languageRoutes = () =>
  new Hono<AppEnv>().post("/language", async (c) => {
    const { language, next } = await readForm(c, "language", "next");
    if (!rememberLanguage(c, language)) {
      const message = { en: "Choose one of the languages there are.", id: "Pilih salah satu bahasa yang ada." };
      throw new UserError(message, { status: 400 });
    }
    return goTo(c, pageOfForm(c, next));
  });
