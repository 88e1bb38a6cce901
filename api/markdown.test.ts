import { expect, test } from "bun:test";
import fc from "fast-check";
import { renderMarkdown } from "./markdown.ts";

test("a text with everything in it", () => {
  const text = [
    "# Hello",
    "We play **gamelan**, *every* Friday,\nby the river: ~~late~~ `early`.",
    "- tea\n- [x] friends",
    "3. third",
    "> Light",
    "```js\na < b\n```",
    "[Site](https://a.example/?q=1&r=2) www.b.example me@c.example",
    "---",
  ].join("\n\n");
  expect(renderMarkdown(text)).toBe(
    [
      "<h3>Hello</h3>",
      "<p>We play <strong>gamelan</strong>, <em>every</em> Friday,<br>by the river: <del>late</del> <code>early</code>.</p>",
      "<ul><li>tea</li><li>☑ friends</li></ul>",
      '<ol start="3"><li>third</li></ol>',
      "<blockquote><p>Light</p></blockquote>",
      '<pre tabindex="0"><code>a &lt; b\n</code></pre>',
      '<p><a href="https://a.example/?q=1&amp;r=2" rel="nofollow ugc noopener">Site</a>',
      ' <a href="https://www.b.example/" rel="nofollow ugc noopener">www.b.example</a>',
      ' <a href="mailto:me@c.example" rel="nofollow ugc noopener">me@c.example</a></p>',
      "<hr>",
    ].join(""),
  );
});

test.each([
  ["<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"],
  ["<img src=x onerror=alert(1)>", "<p>&lt;img src=x onerror=alert(1)&gt;</p>"],
  [
    '<div hx-get="/logout" hx-trigger="load">',
    "<p>&lt;div hx-get=&quot;/logout&quot; hx-trigger=&quot;load&quot;&gt;</p>",
  ],
  ["![alt](https://evil.example/pixel.png)", "<p>alt</p>"],
  ["[a](javascript:alert(1))", "<p>a</p>"],
  ["[a](JaVaScRiPt:alert(1))", "<p>a</p>"],
  ["[a](java&#10;script:alert(1))", "<p>a</p>"],
  ["[a](data:text/html,<script>1</script>)", "<p>a</p>"],
  ["[a](vbscript:x) [b][r]\n\n[r]: javascript:1", "<p>a b</p>"],
  ["[a](//evil.example) [b](/studio)", "<p>a b</p>"],
  [
    '[a](https://x.example/"onmouseover="alert(1))',
    '<p><a href="https://x.example/%22onmouseover=%22alert(1)" rel="nofollow ugc noopener">a</a></p>',
  ],
  [
    '[a](https://x.example "title\\" onclick=1")',
    '<p><a href="https://x.example/" rel="nofollow ugc noopener">a</a></p>',
  ],
  ["&lt;script&gt;alert(1)&lt;/script&gt;", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"],
  [
    "```<script>\n</code></pre><script>\n```",
    '<pre tabindex="0"><code>&lt;/code&gt;&lt;/pre&gt;&lt;script&gt;\n</code></pre>',
  ],
])("%j is harmless", (text, html) => {
  expect(renderMarkdown(text)).toBe(html);
});

/** Every tag that a text may become, as a whole: anything else in angle brackets is a defect. */
const ours =
  /<\/?(?:h[3-6]|p|blockquote|pre|code|ul|ol|li|strong|em|del|a)>|<(?:br|hr)>|<pre tabindex="0">|<ol start="\d+">|<a href="(?:https?:\/\/|mailto:)[^"<>]*" rel="nofollow ugc noopener">/g;

const nasty = fc.constantFrom(
  ...'<script>|</a>|<img src=x onerror=1>|[a](|javascript:|https://x.example|)|![|](|"|\'|`|```\n|**|_|~~|# |> |- |1. |&lt;|&#60;|&#x3c;|\n\n|\n|    |hx-get="/x"|<!--|]]>|<svg/onload=1>|\\|www.|@|\u0000|\u202e'.split(
    "|",
  ),
);

test("whatever is written, only our own tags come out, and links to the web and to mail", () => {
  const text = fc.array(fc.oneof(nasty, fc.string({ unit: "binary", maxLength: 6 })), { maxLength: 40 });
  fc.assert(
    fc.property(text, (pieces) => {
      const left = renderMarkdown(pieces.join("")).replace(ours, "");
      expect(left).not.toMatch(/[<>"]/);
    }),
    { numRuns: 1_500 },
  );
});

test.each([">", "- ", "1. ", "[", "*", "*a_", "![", "`", "<", "[a](", "&", "a@", "> - "])(
  "4000 characters of %j are rendered at once, and not deep",
  (piece) => {
    const before = performance.now();
    const html = renderMarkdown(piece.repeat(4_000 / piece.length));
    expect(performance.now() - before).toBeLessThan(500);
    let [depth, deepest] = [0, 0];
    for (const [tag] of html.matchAll(/<\/?(?:blockquote|ul|ol|li|em|strong|del)\b/g)) {
      depth += tag.startsWith("</") ? -1 : 1;
      deepest = Math.max(deepest, depth);
    }
    expect(deepest).toBeLessThan(64);
  },
);
