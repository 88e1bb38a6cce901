import { type Context, Hono } from "hono";
import { findCategory, listCategories } from "../../db/categories.ts";
import { addCategory, type CategoryNames, removeCategory, renameCategory } from "../../db/category-changes.ts";
import {
  AdminCategoriesPage,
  AdminCategoryRemovalPage,
  categoryNameMaxCharacters,
} from "../../web/views/admin-categories.tsx";
import { type AdminSiteTexts, adminSiteTexts } from "../../web/views/admin-site-texts.ts";
import type { AppDeps, AppEnv } from "../app-env.ts";
import { renderPage } from "../page.tsx";
import { readForm } from "../request.ts";
import { notFound, UserError } from "../user-error.ts";
import { actOf, frameOf, goBack, readLine } from "./admin-gate.tsx";

const categoriesMax = 100;

/** `/admin/categories`: what streamers choose from. */
export function adminCategoryRoutes(deps: AppDeps) {
  const { db, changes, log } = deps;

  const show = async (c: Context<AppEnv>, refused?: { error: UserError; typed: CategoryNames }): Promise<Response> =>
    renderPage(
      c,
      <AdminCategoriesPage
        frame={{
          ...(await frameOf(deps, c)),
          ...(refused && { error: refused.error.told(c.get("language")).message }),
        }}
        categories={await listCategories(db)}
        typed={refused?.typed}
      />,
      refused === undefined ? 200 : 422,
    );

  return new Hono<AppEnv>()
    .get("/admin/categories", (c) => show(c))
    .post("/admin/categories", async (c) => {
      const typed = await readForm(c, "name", "nameId");
      const act = actOf(c, deps);
      try {
        const names = readNames(typed);
        const id = idFrom(names.name);
        if (!(await addCategory(db, { id, ...names }, categoriesMax, act))) throw said((texts) => texts.categoryTaken);
        log.info({ by: act.actor.id, category: id }, "category added");
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        return show(c, { error, typed });
      }
      return goBack(c, "/admin/categories", "added");
    })
    .post("/admin/categories/:id", async (c) => {
      const names = readNames(await readForm(c, "name", "nameId"));
      const act = actOf(c, deps);
      const id = c.req.param("id");
      if (!(await renameCategory(db, id, names, act))) throw notFound();
      changes.emit("live");
      log.info({ by: act.actor.id, category: id }, "category renamed");
      return goBack(c, "/admin/categories", "saved");
    })
    .get("/admin/categories/:id/remove", async (c) => {
      const category = await findCategory(db, c.req.param("id"));
      if (category === undefined) throw notFound();
      return renderPage(c, <AdminCategoryRemovalPage frame={await frameOf(deps, c)} category={category} />);
    })
    .post("/admin/categories/:id/remove", async (c) => {
      const act = actOf(c, deps);
      const id = c.req.param("id");
      if (!(await removeCategory(db, id, act))) throw notFound();
      changes.emit("live");
      log.info({ by: act.actor.id, category: id }, "category removed");
      return goBack(c, "/admin/categories", "removed");
    });
}

/** What stands for a category in addresses; "" when nothing is left of its name. */
const idFrom = (name: string): string =>
  name
    .normalize("NFKD")
    .toLowerCase()
    .replace(/\p{Mn}/gu, "")
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "");

/** Throws UserError (422). */
function readNames(typed: CategoryNames): CategoryNames {
  try {
    const bounds = { least: 1, most: categoryNameMaxCharacters } as const;
    const names = { name: readLine(typed.name, bounds), nameId: readLine(typed.nameId, bounds) };
    if (idFrom(names.name) === "") throw said((texts) => texts.categoryError);
    return names;
  } catch {
    throw said((texts) => texts.categoryError);
  }
}

const said = (say: (texts: AdminSiteTexts) => string): UserError =>
  new UserError({ en: say(adminSiteTexts.en), id: say(adminSiteTexts.id) });
