import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import { type EmojiEntry, renamed, readNames } from "./emoji/emoji-data.ts";

/** URL paths of what pages link to; each carries a hash of its content. */
export interface Assets {
  css: string;
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
  /** The styles of calls, for their pages alone. */
  callCss: string;
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
  const [
    css,
    icon,
    social,
    htmx,
    sse,
    player,
    studio,
    page,
    account,
    chat,
    call,
    callCss,
    emoji,
    emojiData,
    emojiDataId,
  ] = await Promise.all([
    add("style", "css", bundle("./static/style.css")),
    add("icon", "svg", read("./static/favicon.svg")),
    add("social", "jpg", read("./static/art/social.jpg")),
    add("htmx", "js", read("htmx.org/dist/htmx.min.js")),
    add("hx-sse", "js", read("htmx.org/dist/ext/hx-sse.min.js")),
    add("player", "js", bundle("./client/player.ts")),
    add("studio", "js", bundle("./client/studio.ts")),
    add("page", "js", bundle("./client/page.ts")),
    add("account", "js", bundle("./client/account.ts")),
    add("chat", "js", bundle("./client/chat.ts")),
    add("call", "js", bundle("./client/call.ts")),
    add("call-style", "css", bundle("./static/call.css")),
    add("emoji", "js", bundle("./client/emoji.ts")),
    add("emoji-data", "json", read(emojiSource)),
    add("emoji-data-id", "json", readIndonesianEmoji()),
  ]);
  return {
    assets: {
      css,
      icon,
      social,
      htmx,
      sse,
      player,
      studio,
      page,
      account,
      chat,
      call,
      callCss,
      emoji,
      emojiData,
      emojiDataId,
    },
    files,
  };
};
