import { type AdminFrameProps, AdminPage } from "./admin-frame.tsx";
import { ActForm } from "./admin-people.tsx";
import { adminSiteTexts } from "./admin-site-texts.ts";
import { adminTexts } from "./admin-texts.ts";
import type { PageProps } from "./layout.tsx";

export const categoryNameMaxCharacters = 40;

export interface CategoryProps {
  id: string;
  /** In English, and in Indonesian. */
  name: string;
  nameId: string;
}

const NameFields = ({ page, of, category }: { page: PageProps; of: string; category: Omit<CategoryProps, "id"> }) => {
  const texts = adminSiteTexts[page.language];
  const fields = [
    ["name", "en", texts.inEnglish, category.name],
    ["nameId", "id", texts.inIndonesian, category.nameId],
  ] as const;
  return (
    <>
      {fields.map(([field, language, label, value]) => (
        <div class="field">
          <label for={`${field}-${of}`}>{label}</label>
          <input
            type="text"
            id={`${field}-${of}`}
            name={field}
            aria-label={category.name === "" ? undefined : `${label}: ${category.name}`}
            lang={language}
            value={value}
            required
            maxlength={categoryNameMaxCharacters}
            autocomplete="off"
          />
        </div>
      ))}
    </>
  );
};

const Category = ({ page, category }: { page: PageProps; category: CategoryProps }) => {
  const texts = adminSiteTexts[page.language];
  const { id, name, nameId } = category;
  return (
    <li>
      <details class="admin-category" name="category">
        <summary>
          <span class="row-title">{page.language === "id" ? nameId : name}</span>
          <span class="hint">{page.language === "id" ? name : nameId}</span>
        </summary>
        <ActForm action={`/admin/categories/${id}`} next="/admin/categories" class="admin-filter">
          <NameFields page={page} of={id} category={category} />
          <button class="button button-quiet" type="submit">
            {adminTexts[page.language].save}
            <span class="visually-hidden">{texts.whichCategory(name)}</span>
          </button>
        </ActForm>
        <p>
          <a class="admin-remove" href={`/admin/categories/${id}/remove`}>
            {texts.remove}
            <span class="visually-hidden">{texts.whichCategory(name)}</span>
          </a>
        </p>
      </details>
    </li>
  );
};

export interface AdminCategoriesProps {
  frame: AdminFrameProps;
  categories: CategoryProps[];
  /** What was typed for a new one. */
  typed?: Omit<CategoryProps, "id"> | undefined;
}

/** `/admin/categories`: what streamers choose from. */
export const AdminCategoriesPage = ({ frame, categories, typed }: AdminCategoriesProps) => {
  const { page } = frame;
  const texts = adminSiteTexts[page.language];
  const title = adminTexts[page.language].tabs.categories;
  return (
    <AdminPage {...frame} tab="categories" title={title} lead={texts.categoriesLead}>
      <section class="panel" aria-labelledby="new-heading">
        <h2 id="new-heading">{texts.newCategory}</h2>
        <ActForm action="/admin/categories" next="/admin/categories" class="admin-filter">
          <NameFields page={page} of="new" category={typed ?? { name: "", nameId: "" }} />
          <button class="button" type="submit">
            {texts.add}
          </button>
        </ActForm>
      </section>
      <section class="panel" aria-label={title}>
        {categories.length === 0 ? (
          <p class="admin-empty">{texts.noCategories}</p>
        ) : (
          <ul class="admin-categories" role="list">
            {categories.map((category) => (
              <Category page={page} category={category} />
            ))}
          </ul>
        )}
      </section>
    </AdminPage>
  );
};

/** `/admin/categories/:id/remove`: asks first. */
export const AdminCategoryRemovalPage = (props: { frame: AdminFrameProps; category: CategoryProps }) => {
  const { frame, category } = props;
  const { language } = frame.page;
  const texts = adminSiteTexts[language];
  const title = texts.removeSure(language === "id" ? category.nameId : category.name);
  return (
    <AdminPage {...frame} tab="categories" title={title} lead={texts.removeLead}>
      <ActForm action={`/admin/categories/${category.id}/remove`} next="/admin/categories" class="admin-answers">
        <button class="button button-danger" type="submit">
          {texts.remove}
        </button>
        <a class="button button-quiet" href="/admin/categories">
          {adminTexts[language].back}
        </a>
      </ActForm>
    </AdminPage>
  );
};
