import { expect, test } from "bun:test";
import { startAtKeyFrame } from "./key-frame-start.ts";

const part = (rest = ""): string => `#EXT-X-PART:DURATION=0.20000,URI="1/part-1.m4s"${rest}`;
const keyPart = part(",INDEPENDENT=YES");
const segment = (...parts: string[]): string => [...parts, "#EXTINF:1.00000,", "1/segment-1.m4s"].join("\n");
const playlist = (...lines: string[]): string =>
  ["#EXTM3U", "#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,PART-HOLD-BACK=0.65", ...lines, ""].join("\n");

test("the last key frame, where the segment at the live edge has none", () => {
  const old = segment();
  const withKey = segment(part(), part(), keyPart, part(), part());
  const without = segment(part(), part(), part(), part(), part());
  // From the key frame to the end: three parts, five, and two.
  expect(startAtKeyFrame(playlist(old, withKey, without, part(), part()))).toStartWith(
    "#EXTM3U\n#EXT-X-START:TIME-OFFSET=-1.990\n",
  );
});

test.each([
  ["the segment at the live edge begins with a key frame", playlist(segment(keyPart, part(), part(), part(), part()))],
  ["there is no key frame at all", playlist(segment(part(), part(), part(), part(), part()), part())],
  ["nothing is far enough from the end", playlist(segment(), keyPart, part())],
  ["it is over", playlist(segment(), segment(), "#EXT-X-ENDLIST")],
  ["it is a multivariant playlist", playlist("#EXT-X-STREAM-INF:BANDWIDTH=1", "source/index.m3u8")],
])("no change where %s", (_, text) => {
  expect(startAtKeyFrame(text)).toBe(text);
});
