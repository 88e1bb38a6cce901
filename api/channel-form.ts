import type { ChannelLink, StreamFacts } from "../db/channels.ts";
import { streamLanguages } from "../web/contract/stream-languages.ts";
import type { StudioErrorKey } from "../web/views/studio-form-texts.ts";
import type { TextFormErrors, TextFormValues } from "../web/views/studio-channel-forms.tsx";
import type { StreamFormErrors, StreamFormValues } from "../web/views/studio-stream-form.tsx";

const maxTitleCharacters = 140;
const maxTags = 10;
const maxAboutCharacters = 4_000;
const maxLinkTitleCharacters = 60;
const maxUrlCharacters = 300;

/** How many links a channel can have, and lines for them its form. */
export const maxLinks = 8;

const lengthOf = (text: string): number => [...text].length;

/**
 * A text in one line, without control characters and what turns the line around. (Non-)joiners stay: they are part of words in
 * Persian and Indic scripts, and of emoji such as families.
 */
const oneLine = (typed: string): string =>
  typed
    .replace(/[[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]--[\u200c\u200d]]+/gv, " ")
    .replace(/\s+/g, " ")
    .trim();

const isBlank = (text: string): boolean => text.replace(/[\u200c\u200d\s]/g, "") === "";

const titleError = (title: string): StudioErrorKey | undefined =>
  lengthOf(title) > maxTitleCharacters ? "title-too-long" : undefined;

/** Tags as people type them: commas or lines between them, a `#` before, blanks within; lower case, each once. */
function tagsIn(typed: string): string[] {
  const tags = typed
    .split(/[,\n，、]/u)
    .map((tag) => tag.normalize("NFC").trim().replace(/^#+/, "").trim().replace(/\s+/g, "-").toLowerCase())
    .filter((tag) => tag !== "");
  return [...new Set(tags)];
}

function tagsError(tags: string[]): StudioErrorKey | undefined {
  if (tags.some((tag) => !/^[\p{L}\p{M}\p{N}-]{2,25}$/u.test(tag) || !/[\p{L}\p{N}]/u.test(tag))) return "tag-invalid";
  return tags.length > maxTags ? "tags-too-many" : undefined;
}

const definedOnly = <Errors extends object>(errors: { [Field in keyof Errors]: Errors[Field] | undefined }) =>
  Object.fromEntries(Object.entries(errors).filter(([, error]) => error !== undefined)) as Partial<Errors>;

/** What was typed about the stream: the facts to save, or what is wrong with which field. */
export function readStreamForm(
  { title, category, tags, language, isMature }: StreamFormValues,
  categoryIds: readonly string[],
): { facts: StreamFacts } | { errors: StreamFormErrors } {
  const facts: StreamFacts = {
    title: isBlank(title) ? "" : oneLine(title),
    categoryId: category === "" ? null : category,
    tags: tagsIn(tags),
    language: language === "" ? null : language,
    isMature,
  };
  const errors = definedOnly<Required<StreamFormErrors>>({
    title: titleError(facts.title),
    category: facts.categoryId !== null && !categoryIds.includes(facts.categoryId) ? "category-unknown" : undefined,
    tags: tagsError(facts.tags),
    language: facts.language !== null && !streamLanguages.includes(facts.language) ? "language-unknown" : undefined,
  });
  return Object.keys(errors).length > 0 ? { errors } : { facts };
}

/** Markdown as it was typed, without what nobody sees and some readers stumble over. */
const cleanAbout = (typed: string): string =>
  typed
    .replace(/\r\n?/g, "\n")
    .replace(/[[\p{Cc}\p{Cf}]--[\n\t\u200c\u200d]]/gv, "")
    .trim();

function linkErrors({ title, url }: ChannelLink): TextFormErrors["links"][number] {
  const isWeb = URL.canParse(url) && ["http:", "https:"].includes(new URL(url).protocol);
  return definedOnly<{ title: StudioErrorKey; url: StudioErrorKey }>({
    title: isBlank(title)
      ? "link-title-missing"
      : lengthOf(title) > maxLinkTitleCharacters
        ? "link-title-too-long"
        : undefined,
    url: url.length > maxUrlCharacters ? "link-url-too-long" : isWeb ? undefined : "link-url-invalid",
  });
}

/** Whoever types `example.org` means the web. */
const withScheme = (url: string): string => (/^[\w-]+(\.[\w-]+)+(\/|$)/.test(url) ? `https://${url}` : url);

/** What was typed about the channel: the text to save, or what is wrong with which field. */
export function readTextForm({ about, links }: TextFormValues): {
  text: { about: string; links: ChannelLink[] };
  errors: TextFormErrors | null;
} {
  const text = {
    about: cleanAbout(about),
    links: links
      .map(({ title, url }) => ({ title: oneLine(title), url: withScheme(url.trim()) }))
      .filter(({ title, url }) => title !== "" || url !== "")
      .slice(0, maxLinks),
  };
  const wrongLinks = text.links.map(linkErrors);
  const errors: TextFormErrors = {
    ...(lengthOf(text.about) > maxAboutCharacters ? { about: "about-too-long" } : {}),
    links: wrongLinks,
  };
  const isRight = errors.about === undefined && wrongLinks.every((wrong) => Object.keys(wrong).length === 0);
  return { text, errors: isRight ? null : errors };
}
