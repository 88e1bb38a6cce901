/** Headings of somebody's text stand below those of the page around it, which go down to `h2`. */
const headingShift = 2;
const deepestHeading = 6;

/** Most brackets and quotes inside each other that mean something; deeper ones are a plain paragraph. */
const maxDepth = 12;

const escapes: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (character) => escapes[character] ?? "");

/** Where a link of somebody else's may lead; null: nowhere, it stays text. */
function safeHref(href: string): string | null {
  const written = /^[\w.+-]+@[\w-]+(\.[\w-]+)+$/.test(href)
    ? `mailto:${href}`
    : /^www\./i.test(href)
      ? `https://${href}`
      : href;
  if (!URL.canParse(written)) return null;
  const url = new URL(written);
  return ["http:", "https:", "mailto:"].includes(url.protocol) ? url.href : null;
}

/** Only tags of ours, and nothing but an address in an attribute: what people wrote is text everywhere else. */
const callbacks: Bun.markdown.RenderCallbacks = {
  text: escapeHtml,
  html: escapeHtml,
  heading: (children, { level }) => {
    const tag = `h${Math.min(level + headingShift, deepestHeading)}`;
    return `<${tag}>${children}</${tag}>`;
  },
  // People who write about themselves mean the line breaks that they type.
  paragraph: (children) => `<p>${children.replaceAll("\n", "<br>")}</p>`,
  blockquote: (children) => `<blockquote>${children}</blockquote>`,
  // Wider than the page it is scrolled, by keyboard too.
  code: (children) => `<pre tabindex="0"><code>${children}</code></pre>`,
  codespan: (children) => `<code>${children}</code>`,
  list: (children, { ordered, start }) =>
    ordered
      ? `<ol${start === undefined || start === 1 ? "" : ` start="${Number(start)}"`}>${children}</ol>`
      : `<ul>${children}</ul>`,
  listItem: (children, { checked }) => `<li>${checked === undefined ? "" : checked ? "☑ " : "☐ "}${children}</li>`,
  hr: () => "<hr>",
  strong: (children) => `<strong>${children}</strong>`,
  emphasis: (children) => `<em>${children}</em>`,
  strikethrough: (children) => `<del>${children}</del>`,
  link: (children, { href }) => {
    const safe = safeHref(href);
    return safe === null ? children : `<a href="${escapeHtml(safe)}" rel="nofollow ugc noopener">${children}</a>`;
  },
  // No pictures from elsewhere: their servers would see who watches. What they show stands there in words.
  image: (children) => children,
};

/** Whether brackets, quotes or lists go deeper into each other than anybody means. */
const isTooDeep = (text: string): boolean =>
  text
    .split("\n")
    .some((line) => (/^[\s>*+\-\d.)]*/.exec(line)?.[0].match(/[>*+\-)]|\d\./g)?.length ?? 0) > maxDepth) ||
  (text.match(/[[\]*_~`]/g)?.length ?? 0) > 1_000;

/**
 * HTML of a text in Markdown that anybody may have written: paragraphs, headings, lists, emphasis, code and links to
 * http, https and mailto; no HTML of their own, no pictures, no attributes.
 */
export const renderMarkdown = (text: string): string =>
  isTooDeep(text)
    ? `<p>${escapeHtml(text).replaceAll("\n", "<br>")}</p>`
    : Bun.markdown.render(text, callbacks, {
        noHtmlBlocks: true,
        noHtmlSpans: true,
        tables: false,
        autolinks: true,
      });
