import type { Language } from "../contract/language.ts";
import { streamLanguages } from "../contract/stream-languages.ts";
import { FormError, replaces } from "./parts.tsx";
import { Field, type FormTexts, Saved, wired } from "./studio-fields.tsx";
import { type StudioErrorKey, studioFormTexts } from "./studio-form-texts.ts";
import { languageName } from "./watch-texts.ts";

export interface StreamFormValues {
  title: string;
  /** An id; "": none. */
  category: string;
  /** With commas between them. */
  tags: string;
  /** BCP 47; "": not said. */
  language: string;
  isMature: boolean;
}
export type StreamFormErrors = Partial<Record<"title" | "category" | "tags" | "language", StudioErrorKey>>;

export interface StreamFormProps {
  language: Language;
  /** Named in the page's language, in the order to be shown. */
  categories: { id: string; name: string }[];
  values: StreamFormValues;
  /** What the stream is called without a title. */
  usualTitle: string;
  errors?: StreamFormErrors;
  /** What is wrong with all of it. */
  error?: string;
  saved?: boolean;
}

const Choice = (props: {
  id: string;
  value: string;
  none: string;
  choices: { value: string; name: string }[];
  attributes: ReturnType<typeof wired>;
}) => (
  <select id={props.id} name={props.id} {...props.attributes}>
    <option value="" selected={props.value === ""}>
      {props.none}
    </option>
    {props.choices.map(({ value, name }) => (
      <option value={value} selected={value === props.value}>
        {name}
      </option>
    ))}
  </select>
);

/** The tags as chips: web/client/tag-chips.ts keeps them like the field, which is what is sent. */
const TagChips = ({ tags, texts }: { tags: string; texts: FormTexts }) => (
  <ul class="chips" role="list" aria-label={texts.tagsChosen} data-tag-chips>
    {tags
      .split(",")
      .map((tag) => tag.trim())
      .filter((tag) => tag !== "")
      .map((tag) => (
        <li class="chip">
          <span dir="auto">{tag}</span>
          <button type="button" class="chip-remove" aria-label={texts.removeTag(tag)}></button>
        </li>
      ))}
  </ul>
);

/** What the stream is about. Works without JavaScript; with it the tags are chips too. */
export const StreamForm = ({
  language,
  categories,
  values,
  usualTitle,
  errors = {},
  error,
  saved,
}: StreamFormProps) => {
  const texts: FormTexts = studioFormTexts[language];
  const first = Object.keys(errors)[0];
  const said = (field: keyof StreamFormErrors) => errors[field] && texts.errors[errors[field]];
  const wire = (field: keyof StreamFormErrors, hint?: string) =>
    wired(field, errors[field], { ...(hint === undefined ? {} : { hint }), isFirst: field === first });
  const languages = streamLanguages.map((tag) => ({ value: tag, name: languageName(language, tag) }));
  return (
    <form
      id="stream-form"
      class="form panel studio-form"
      method="post"
      action="/studio/stream"
      hx-post="/studio/stream"
      {...replaces("stream-form")}
    >
      <h2>{texts.stream}</h2>
      <FormError id="stream-form-error" message={error} />
      <Field id="title" label={texts.title} hint={texts.titleHint} error={said("title")}>
        <input
          type="text"
          id="title"
          name="title"
          value={values.title}
          placeholder={usualTitle}
          maxlength={140}
          autocomplete="off"
          dir="auto"
          {...wire("title", "title-hint")}
        />
      </Field>
      <div class="studio-form-pair">
        <Field id="category" label={texts.category} error={said("category")}>
          <Choice
            id="category"
            value={values.category}
            none={texts.noCategory}
            choices={categories.map(({ id, name }) => ({ value: id, name }))}
            attributes={wire("category")}
          />
        </Field>
        <Field id="language" label={texts.language} error={said("language")}>
          <Choice
            id="language"
            value={values.language}
            none={texts.noLanguage}
            choices={languages.toSorted((a, b) => a.name.localeCompare(b.name, language))}
            attributes={wire("language")}
          />
        </Field>
      </div>
      <Field id="tags" label={texts.tags} hint={texts.tagsHint} error={said("tags")}>
        <input
          type="text"
          id="tags"
          name="tags"
          value={values.tags}
          maxlength={400}
          autocomplete="off"
          autocapitalize="off"
          dir="auto"
          data-tags
          data-remove={texts.removeTag("{tag}")}
          {...wire("tags", "tags-hint")}
        />
        <TagChips tags={values.tags} texts={texts} />
      </Field>
      <div class="field">
        <label class="check">
          <input type="checkbox" name="mature" value="yes" checked={values.isMature} aria-describedby="mature-hint" />
          {texts.mature}
        </label>
        <p class="hint" id="mature-hint">
          {texts.matureHint}
        </p>
      </div>
      <div class="form-end">
        <button class="button" type="submit">
          {texts.save}
        </button>
        <Saved text={saved === true ? texts.saved : null} />
      </div>
    </form>
  );
};
