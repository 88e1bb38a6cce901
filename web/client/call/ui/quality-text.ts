import type { Quality } from "../types.ts";
import { texts } from "./texts.ts";

/** Figures of a connection as people read them, in the language of the page. */

const unknown = "–";

const number = (value: number, digits: number): string =>
  value.toLocaleString(document.documentElement.lang, { maximumFractionDigits: digits, minimumFractionDigits: digits });

export function rateText(bitsPerSecond: number): string {
  if (bitsPerSecond < 1_000_000) return `${number(bitsPerSecond / 1_000, 0)} kbit/s`;
  return `${number(bitsPerSecond / 1_000_000, 1)} Mbit/s`;
}

/** `share`: 0 to 1. */
export const shareText = (share: number | null): string =>
  share === null ? unknown : `${number(share * 100, share > 0 && share < 0.1 ? 1 : 0)} %`;

export const millisecondsText = (ms: number | null): string => (ms === null ? unknown : `${number(ms, 0)} ms`);

export function pictureText(height: number | null, framesPerSecond: number | null): string {
  if (height === null || height === 0) return texts.nothing;
  return `${height}p${framesPerSecond === null ? "" : ` · ${number(framesPerSecond, 0)}/s`}`;
}

export function pathText({ path, protocol }: Quality): string {
  return protocol === null ? texts.paths[path] : `${texts.paths[path]} (${protocol.toUpperCase()})`;
}

export const freezesText = ({ freezes, freezeMs }: Quality): string =>
  texts.freezeTimes(freezes, number(freezeMs / 1_000, 1));
