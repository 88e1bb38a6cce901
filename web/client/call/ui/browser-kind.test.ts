import { expect, test } from "bun:test";
import { browserKind } from "./browser-kind.ts";

const mac = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)";
const webkit = "AppleWebKit/537.36 (KHTML, like Gecko)";

test.each([
  [`Mozilla/5.0 (X11; Linux x86_64) ${webkit} Chrome/156.0.0.0 Safari/537.36`, 0, "chromium"],
  [`Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${webkit} Chrome/156.0.0.0 Safari/537.36 Edg/156.0.0.0`, 10, "chromium"],
  [`Mozilla/5.0 (Linux; Android 10; K) ${webkit} Chrome/156.0.0.0 Mobile Safari/537.36`, 5, "chromium-android"],
  ["Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Gecko/20100101 Firefox/150.0", 0, "firefox"],
  ["Mozilla/5.0 (Android 15; Mobile; rv:150.0) Gecko/150.0 Firefox/150.0", 5, "firefox-android"],
  [`${mac} AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Safari/605.1.15`, 0, "safari"],
  [`${mac} AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Safari/605.1.15`, 5, "ios"],
  ["Mozilla/5.0 (iPhone; CPU iPhone OS 26_0 like Mac OS X) CriOS/156.0 Mobile/15E148 Safari/604.1", 5, "ios"],
  [`${mac} ${webkit} Chrome/156.0.0.0 Safari/537.36`, 0, "chromium"],
  ["curl/8.0", 0, "other"],
] as const)("%s, %i fingers", (userAgent, touchPoints, kind) => {
  expect(browserKind(userAgent, touchPoints)).toBe(kind);
});
