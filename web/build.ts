import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import { type EmojiEntry, renamed, readNames } from "./emoji/emoji-data.ts";

/** URL paths of what pages link to; each carries a hash of its content. */
export interface Assets {
  css: string;
  /** The styles of channels and their chat. */
  stageCss: string;
  /** The styles of accounts, the studio, moderation and administration. */
  deskCss: string;
  /** Both of these, for the studio. */
  studioCss: string;
  /** The styles of calls. */
  callCss: string;
  icon: string;
  /** What links to our pages unfold with. */
  social: string;
  htmx: string;
  /** htmx's extension for server-sent events. */
  sse: string;
  player: string;
  /** The studio's pages: the player as a preview, and what draws curves. */
  studio: string;
  page: string;
  /** What helps with passwords and codes, on the pages that ask for them. */
  account: string;
  chat: string;
  call: string;
  /** Loaded when somebody opens the emoji picker for the first time, as is its data. */
  emoji: string;
  emojiData: string;
  /** With Indonesian names. */
  emojiDataId: string;
}

export interface AssetFile {
  body: Uint8Array;
  contentType: string;
  /** null: compressing does not help. */
  brotli: Uint8Array | null;
  gzip: Uint8Array | null;
  /** Strong entity tag, quotes included. */
  etag: string;
}

const types = {
  js: "text/javascript; charset=utf-8",
  css: "text/css; charset=utf-8",
  svg: "image/svg+xml",
  json: "application/json",
  jpg: "image/jpeg",
};

const pathOf = (specifier: string): string => Bun.fileURLToPath(import.meta.resolve(specifier));

/**
 * The emoji picker writes `style` attributes, which the pages' policy forbids, and refuses in the console. The same
 * through the element's style object is allowed.
 */
const allowedStyles: Bun.BunPlugin = {
  name: "styles that the policy allows",
  setup(build) {
    build.onLoad({ filter: /emoji-picker-element\/picker\.js$/ }, async ({ path }) => {
      const source = await Bun.file(path).text();
      const refused = "targetNode.setAttribute(attributeName, newValue);";
      if (source.split(refused).length !== 2) throw new Error("The emoji picker sets attributes in another way now.");
      const contents = source.replace(
        refused,
        `if (attributeName === "style") targetNode.style.cssText = newValue; else ${refused}`,
      );
      return { contents, loader: "js" };
    });
  },
};

const bundle = async (entry: string): Promise<Uint8Array> => {
  const built = await Bun.build({
    entrypoints: [pathOf(entry)],
    target: "browser",
    format: "esm",
    minify: true,
    plugins: [allowedStyles],
  });
  const [output] = built.outputs;
  if (output === undefined) {
    throw new Error(`Nothing was built from ${entry}`);
  }
  return new Uint8Array(await output.arrayBuffer());
};

const emojiSource = "emoji-picker-element-data/en/emojibase/data.json";

const readIndonesianEmoji = async (): Promise<Uint8Array> => {
  const data = (await Bun.file(pathOf(emojiSource)).json()) as EmojiEntry[];
  const names = readNames(await Bun.file(pathOf("./emoji/names-id.tsv")).text());
  return new TextEncoder().encode(JSON.stringify(renamed(data, names)));
};

const read = (specifier: string): Promise<Uint8Array> => Bun.file(pathOf(specifier)).bytes();

/** Brotli's quality 9: level 11 saves 7 % more of the player and costs half a second at every start. */
const brotliOptions = { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } };
const toBrotli = promisify(brotliCompress) as (body: Uint8Array, options: typeof brotliOptions) => Promise<Uint8Array>;
const toGzip = promisify(gzip) as (body: Uint8Array) => Promise<Uint8Array>;

const compress = async (body: Uint8Array, contentType: string, etag: string): Promise<AssetFile> => {
  const [brotli, gzipped] = await Promise.all([toBrotli(body, brotliOptions), toGzip(body)]);
  const ifSmaller = (packed: Uint8Array) => (packed.length < body.length ? packed : null);
  return { body, contentType, brotli: ifSmaller(brotli), gzip: ifSmaller(gzipped), etag };
};

/**
 * Bundles and compresses everything that pages load, in memory: once, when api starts (well under a second).
 *
 * @returns `assets` for the views, and the files by URL path, to be served as immutable.
 * @throws AggregateError of Bun.build when a source does not compile.
 */
export const buildAssets = async (): Promise<{ assets: Assets; files: Map<string, AssetFile> }> => {
  const files = new Map<string, AssetFile>();
  const add = async (name: string, extension: keyof typeof types, content: Promise<Uint8Array>): Promise<string> => {
    const body = await content;
    const hash = new Bun.CryptoHasher("sha256").update(body).digest("hex").slice(0, 12);
    const path = `/static/${name}-${hash}.${extension}`;
    files.set(path, await compress(body, types[extension], `"${hash}"`));
    return path;
  };
  const script = (name: string) => add(name, "js", bundle(`./client/${name}.ts`));
  const style = (name: string) => add(name, "css", bundle(`./static/${name}.css`));
  const adding: { [Name in keyof Assets]: Promise<string> } = {
    css: style("style"),
    stageCss: style("stage"),
    deskCss: style("desk"),
    studioCss: style("studio-page"),
    callCss: style("call"),
    icon: add("icon", "svg", read("./static/favicon.svg")),
    social: add("social", "jpg", read("./static/art/social.jpg")),
    htmx: add("htmx", "js", read("htmx.org/dist/htmx.min.js")),
    sse: add("hx-sse", "js", read("htmx.org/dist/ext/hx-sse.min.js")),
    player: script("player"),
    studio: script("studio"),
    page: script("page"),
    account: script("account"),
    chat: script("chat"),
    call: script("call"),
    emoji: script("emoji"),
    emojiData: add("emoji-data", "json", read(emojiSource)),
    emojiDataId: add("emoji-data-id", "json", readIndonesianEmoji()),
  };
  const added = await Promise.all(Object.entries(adding).map(async ([name, path]) => [name, await path] as const));
  return { assets: Object.fromEntries(added) as unknown as Assets, files };
};
