import { expect, test } from "bun:test";
import { type Arrangement, arrange, type Seated, type TileId, type Wishes } from "./arrangement.ts";

/** `you` is this person; a `+` shares a screen, a `-` is not on stage. */
const people = (...names: string[]): Seated[] =>
  names.map((name) => ({
    id: name.replace(/[+-]$/, ""),
    isYou: name.startsWith("you"),
    onStage: !name.endsWith("-"),
    hasScreen: name.endsWith("+"),
  }));

const nameOf = (tile: TileId | null): string | null =>
  tile === null ? null : tile.kind === "screen" ? `${tile.peer}+` : tile.peer;

const wishes: Wishes = { view: "grid", pinned: null, page: 0, pageSize: { grid: 4, strip: 3 } };

const say = ({ large, tiles, floating, page, pages }: Arrangement): string =>
  [
    large === null ? "" : `[${nameOf(large)}] `,
    tiles.map(nameOf).join(" "),
    floating === null ? "" : ` (${nameOf(floating)})`,
    pages === 1 ? "" : ` ${page + 1}/${pages}`,
  ].join("");

test.each([
  ["nobody", [], {}, ""],
  ["one is alone", ["you"], {}, "you"],
  ["two: the other one fills the stage", ["budi", "you"], {}, "budi (you)"],
  ["three: this person first", ["budi", "you", "ani"], {}, "you budi ani"],
  ["a full page", ["you", "a", "b", "c"], {}, "you a b c"],
  ["one more than a page", ["you", "a", "b", "c", "d"], {}, "you a b c 1/2"],
  ["the second page", ["you", "a", "b", "c", "d"], { page: 1 }, "d 2/2"],
  ["a page that is not there any more", ["you", "a", "b"], { page: 7 }, "you a b"],
  ["a screen is large, and its camera stays", ["you", "a+"], {}, "[a+] you a"],
  ["one's own screen is not", ["you+", "a"], {}, "you+ you a"],
  ["of two screens the later", ["you", "a+", "b+"], {}, "[b+] you a+ a 1/2"],
  ["kept large", ["you", "a", "b"], { pinned: { peer: "a", kind: "camera" } }, "[a] you b"],
  ["kept large, rather than a screen", ["you", "a", "b+"], { pinned: { peer: "a", kind: "camera" } }, "[a] you b+ b"],
  ["kept large, but gone", ["you", "b", "c"], { pinned: { peer: "a", kind: "camera" } }, "you b c"],
  ["kept large, but not shared any more", ["you", "a"], { pinned: { peer: "a", kind: "screen" } }, "a (you)"],
  ["this person kept large", ["you", "a"], { pinned: { peer: "you", kind: "camera" } }, "[you] a"],
  ["who speaks", ["you", "a", "b"], { view: "speaker" }, "[b] you a"],
  ["who speaks, of two", ["you", "b"], { view: "speaker" }, "b (you)"],
  ["a stage: listeners are not seen", ["host", "you-", "a-"], {}, "host"],
  ["a stage: brought up", ["host", "you-", "a"], {}, "host a"],
  ["a stage: nobody is on it", ["you-", "a-"], {}, ""],
] satisfies [string, string[], Partial<Wishes>, string][])("%s", (_, names, wish, expected) => {
  expect(say(arrange(people(...names), "b", { ...wishes, ...wish }))).toBe(expected);
});
