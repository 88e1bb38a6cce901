import { afterAll, expect, test } from "bun:test";
import { appFixture } from "./api/fixtures.ts";
import { routes } from "./bench/support/site-attacks/routes.ts";

/** `npm run attack:site` goes for the addresses of a list: none that there is may be missing there. */

const at = await appFixture();
afterAll(() => at.remove());

test("the list of addresses that are attacked is whole", () => {
  const listed = routes.map(({ method, path }) => `${method} ${path}`).toSorted();
  const mounted = at.routes
    .filter(
      ({ method, path, handler }) => (method === "GET" || method === "POST") && handler.length < 2 && path !== "/*",
    )
    .map(({ method, path }) => `${method} ${path.replace(/\{[^/]*\}/g, "")}`);
  expect(listed).toEqual([...new Set(mounted)].toSorted());
});
