import { expect, test } from "bun:test";
import { localeOf } from "./page-locale.ts";

test("the page's language, as the browser writes it", () => {
  expect(localeOf("en", ["id-ID", "en-GB", "en-US"])).toBe("en-GB");
  expect(localeOf("id", ["en-US", "en"])).toBe("id");
  expect(localeOf("id", [])).toBe("id");
});
