import { type Context, Hono } from "hono";
import { storeImage } from "../../db/images.ts";
import { setAvatar, setProfile } from "../../db/users.ts";
import { nameColors } from "../../signaling/contract/chat.ts";
import type { FormProblem } from "../../web/views/fields.tsx";
import { ProfileForm, ProfilePage } from "../../web/views/settings.tsx";
import { settingsTexts } from "../../web/views/settings-texts.ts";
import type { AppDeps, AppEnv, CurrentUser } from "../app-env.ts";
import { checkDisplayName, lookalike } from "../auth/display-names.ts";
import { FieldError } from "../auth/field-error.ts";
import { nameColor } from "../chat/chat-line.ts";
import { readUpload } from "../images/upload.ts";
import { imageUrl, pageProps, renderPage } from "../page.tsx";
import { refuseForm } from "../refuse-form.ts";
import { goTo, readForm, requireUser } from "../request.ts";
import { UserError } from "../user-error.ts";

const takenName = new FieldError("displayName", {
  en: "Somebody else has this name, or one that looks like it. Choose another one.",
  id: "Nama ini, atau yang mirip dengannya, sudah dipakai orang lain. Pilih yang lain.",
});

/** A colour of names, as the form says it; null: made from the id. Throws UserError (400). */
const readColor = (typed: string): number | null => {
  if (typed === "") return null;
  const color = Number(typed);
  if (/^\d{1,2}$/.test(typed) && color < nameColors) return color;
  throw new UserError(
    { en: "Choose one of the colours there are.", id: "Pilih salah satu warna yang ada." },
    { status: 400 },
  );
};

/** `/settings`: how somebody is seen: name, colour, picture. */
export function settingsRoutes(deps: AppDeps) {
  const { db, clock, changes, limits, takeImage, assets, log } = deps;

  const profileOf = ({ id, username, displayName, color }: CurrentUser) => ({
    username,
    displayName: displayName ?? "",
    color,
    ownColor: nameColor(id, null),
  });

  const avatarOf = ({ avatarHash }: CurrentUser): string | null => (avatarHash === null ? null : imageUrl(avatarHash));

  const refusePicture = (c: Context<AppEnv>, user: CurrentUser, error: unknown): Promise<Response> => {
    const page = (pictureProblem: FormProblem) => (
      <ProfilePage
        page={pageProps(c, assets)}
        {...profileOf(user)}
        avatarUrl={avatarOf(user)}
        pictureProblem={pictureProblem}
      />
    );
    return refuseForm(c, error, page, page);
  };

  return new Hono<AppEnv>()
    .get("/settings", (c) => {
      const user = requireUser(c);
      const props = { ...profileOf(user), avatarUrl: avatarOf(user), hasSaved: c.req.query("saved") !== undefined };
      return renderPage(c, <ProfilePage page={pageProps(c, assets)} {...props} />);
    })
    .post("/settings/profile", async (c) => {
      const user = requireUser(c);
      const typed = await readForm(c, "displayName", "color");
      const { displayName } = typed;
      const color = readColor(typed.color);
      try {
        await limits.takeAccountChange(user.id);
        const name = checkDisplayName(displayName, { mayBeReserved: user.role === "administrator" });
        const profile = { displayName: name === user.username ? null : name, color };
        if (!(await setProfile(db, user.id, profile, lookalike(name ?? "")))) throw takenName;
        // Lists of channels show the name.
        changes.emit("live");
        return goTo(c, "/settings?saved");
      } catch (error) {
        const props = { ...profileOf(user), displayName, color };
        return refuseForm(
          c,
          error,
          (problem) => <ProfileForm language={c.get("language")} {...props} problem={problem} />,
          (problem) => (
            <ProfilePage page={pageProps(c, assets)} {...props} avatarUrl={avatarOf(user)} problem={problem} />
          ),
        );
      }
    })
    .post("/settings/avatar", async (c) => {
      const user = requireUser(c);
      try {
        await limits.takeAccountChange(user.id);
        const file = await readUpload(c, "avatar");
        if (file === null) {
          throw new FieldError("avatar", {
            en: settingsTexts.en.pictureMissing,
            id: settingsTexts.id.pictureMissing,
          });
        }
        const image = await takeImage(file, "avatar", user.id);
        await storeImage(db, image, clock());
        await setAvatar(db, user.id, image.hash);
        log.info({ userId: user.id }, "avatar set");
        changes.emit("live");
        return goTo(c, "/settings?saved");
      } catch (error) {
        return refusePicture(c, user, error);
      }
    })
    .post("/settings/avatar/remove", async (c) => {
      const user = requireUser(c);
      await limits.takeAccountChange(user.id);
      await setAvatar(db, user.id, null);
      changes.emit("live");
      return goTo(c, "/settings?saved");
    });
}
