import type { Language } from "../contract/language.ts";
import { FormError, replaces } from "./parts.tsx";
import { FieldError } from "./room-parts.tsx";
import { Field, type FormTexts, Saved, wired } from "./studio-fields.tsx";
import { type StudioErrorKey, studioFormTexts } from "./studio-form-texts.ts";

export interface TextFormValues {
  about: string;
  links: { title: string; url: string }[];
}

export interface TextFormErrors {
  about?: StudioErrorKey;
  /** By the line of the link. */
  links: Partial<Record<"title" | "url", StudioErrorKey>>[];
}

export interface TextFormProps {
  language: Language;
  values: TextFormValues;
  /** Lines for links. */
  maxLinks: number;
  errors?: TextFormErrors | null;
  /** What is wrong with all of it. */
  error?: string;
  saved?: boolean;
  /** What the text will look like: safe HTML; null: nobody asked. */
  previewHtml?: string | null;
}

const LinkLine = (props: {
  index: number;
  link: { title: string; url: string };
  wrong: TextFormErrors["links"][number];
  hasFocus: boolean;
  texts: FormTexts;
}) => {
  const { index, link, wrong, hasFocus, texts } = props;
  const [titleId, urlId] = [`link-title-${index}`, `link-url-${index}`];
  return (
    <li class="link-line">
      <div class="field">
        <label class="visually-hidden" for={titleId}>
          {texts.linkTitle(index + 1)}
        </label>
        <input
          type="text"
          id={titleId}
          name={titleId}
          value={link.title}
          maxlength={60}
          placeholder={texts.linkTitleShort}
          autocomplete="off"
          dir="auto"
          {...wired(titleId, wrong.title, { isFirst: hasFocus })}
        />
        <FieldError id={`${titleId}-error`} text={wrong.title && texts.errors[wrong.title]} />
      </div>
      <div class="field">
        <label class="visually-hidden" for={urlId}>
          {texts.linkUrl(index + 1)}
        </label>
        <input
          type="text"
          id={urlId}
          name={urlId}
          value={link.url}
          maxlength={300}
          placeholder="https://"
          inputmode="url"
          autocomplete="off"
          autocapitalize="off"
          spellcheck={false}
          {...wired(urlId, wrong.url, { isFirst: hasFocus && wrong.title === undefined })}
        />
        <FieldError id={`${urlId}-error`} text={wrong.url && texts.errors[wrong.url]} />
      </div>
    </li>
  );
};

/** What the channel's page says: a text in Markdown, which can be looked at before it is saved, and links. */
export const TextForm = ({ language, values, maxLinks, errors, error, saved, previewHtml }: TextFormProps) => {
  const texts: FormTexts = studioFormTexts[language];
  const aboutError = errors?.about;
  const wrongLinks = errors?.links ?? [];
  const firstWrong = aboutError === undefined ? wrongLinks.findIndex((wrong) => Object.keys(wrong).length > 0) : -1;
  return (
    <form
      id="text-form"
      class="form panel studio-form"
      method="post"
      action="/studio/channel"
      hx-post="/studio/channel"
      {...replaces("text-form")}
    >
      <h2>{texts.text}</h2>
      <FormError id="text-form-error" message={error} />
      <Field id="about" label={texts.about} hint={texts.aboutHint} error={aboutError && texts.errors[aboutError]}>
        <textarea
          id="about"
          name="about"
          rows={8}
          maxlength={4000}
          dir="auto"
          {...wired("about", aboutError, { hint: "about-hint", isFirst: true })}
        >
          {values.about}
        </textarea>
      </Field>
      {previewHtml !== undefined && previewHtml !== null && (
        <section class="about-preview" aria-labelledby="preview-heading" tabindex={-1} autofocus>
          <h3 id="preview-heading">{texts.previewOf}</h3>
          {previewHtml === "" ? (
            <p class="hint">{texts.nothingYet}</p>
          ) : (
            <div class="prose" dir="auto" dangerouslySetInnerHTML={{ __html: previewHtml }}></div>
          )}
        </section>
      )}
      <fieldset class="link-lines">
        <legend>{texts.links}</legend>
        <p class="hint">{texts.linksHint}</p>
        <ol role="list">
          {Array.from({ length: maxLinks }, (_, index) => (
            <LinkLine
              index={index}
              link={values.links[index] ?? { title: "", url: "" }}
              wrong={wrongLinks[index] ?? {}}
              hasFocus={index === firstWrong}
              texts={texts}
            />
          ))}
        </ol>
      </fieldset>
      <div class="form-end">
        <button class="button" type="submit">
          {texts.saveText}
        </button>
        <button class="button button-quiet" type="submit" name="show" value="preview">
          {texts.showPreview}
        </button>
        <Saved text={saved === true ? texts.savedText : null} />
      </div>
    </form>
  );
};

export interface BannerFormProps {
  language: Language;
  /** null: there is none. */
  url: string | null;
  error?: string | undefined;
  saved?: boolean;
}

/** What else a picture can be refused with. */
const alsoShown = { "hx-status:413": "swap:outerHTML", "hx-status:503": "swap:outerHTML" };

/** The wide picture of the channel's page. */
export const BannerForm = ({ language, url, error, saved }: BannerFormProps) => {
  const texts: FormTexts = studioFormTexts[language];
  return (
    <section id="banner-form" class="panel studio-form" aria-labelledby="banner-heading">
      <h2 id="banner-heading">{texts.banner}</h2>
      {url !== null && <img class="watch-banner" src={url} alt="" width="1500" height="500" />}
      <form
        class="form"
        method="post"
        action="/studio/banner"
        enctype="multipart/form-data"
        hx-post="/studio/banner"
        hx-encoding="multipart/form-data"
        {...replaces("banner-form")}
        {...alsoShown}
      >
        <FormError id="banner-error" message={error} />
        <div class="field">
          <label for="banner">{texts.bannerFile}</label>
          <input
            id="banner"
            name="banner"
            type="file"
            required
            accept="image/png,image/jpeg,image/webp,image/gif"
            aria-describedby={error === undefined ? "banner-hint" : "banner-error banner-hint"}
            {...(error === undefined ? {} : { "aria-invalid": "true", autofocus: true })}
          />
          <p class="hint" id="banner-hint">
            {texts.bannerHint}
          </p>
        </div>
        <div class="form-end">
          <button class="button" type="submit">
            {texts.upload}
          </button>
          <Saved text={saved === true ? (url === null ? texts.bannerRemoved : texts.bannerSaved) : null} />
        </div>
      </form>
      {url !== null && (
        <form method="post" action="/studio/banner/remove" hx-post="/studio/banner/remove" {...replaces("banner-form")}>
          <button class="button button-small button-danger" type="submit">
            {texts.remove}
          </button>
        </form>
      )}
    </section>
  );
};
