import { afterEach, beforeEach, expect, test } from "bun:test";
import type { ChatActionAnswer } from "../contract/chat-actions.ts";
import { appFixture } from "../fixtures.ts";

let at: Awaited<ReturnType<typeof appFixture>>;
beforeEach(async () => {
  at = await appFixture();
  await at.administrator();
});
afterEach(() => at.remove());

test("over HTTP: who may, who may not, and nobody learns who exists", async () => {
  await at.person("wati");
  await at.person("budi");
  const anonymous = at.browser();
  const sendAs = async (browser: typeof anonymous, body: unknown, path = "/@wati/chat/act") => {
    const response = await browser.postJson(path, body);
    return { status: response.status, ...((await response.json()) as ChatActionAnswer) };
  };
  expect(await sendAs(anonymous, { action: "unpin" })).toMatchObject({ status: 401, ok: false });
  const viewer = await at.person("somebody");
  const onNobody = await sendAs(viewer, { action: "ban", person: "no_such_person" });
  expect(await sendAs(viewer, { action: "ban", person: "budi" })).toEqual(onNobody);
  expect(onNobody).toMatchObject({ status: 403 });
  expect(await sendAs(viewer, { action: "nonsense" })).toMatchObject({ status: 400 });
  expect(await sendAs(viewer, { action: "unpin" }, "/@no_such_channel/chat/act")).toMatchObject({ status: 404 });
  const own = { action: "slow", seconds: 10 };
  expect(await sendAs(viewer, own, "/@somebody/chat/act")).toEqual({
    status: 200,
    ok: true,
    message: "Slow mode is on: one message every 10 seconds.",
  });
  const inIndonesian = await viewer.postJson("/@somebody/chat/act", own, { "accept-language": "id" });
  expect(await inIndonesian.json()).toEqual({ ok: true, message: "Mode lambat aktif: satu pesan setiap 10 detik." });
  const foreign = await viewer.postJson("/@somebody/chat/act", own, {
    origin: "http://evil.example",
    "sec-fetch-site": "cross-site",
  });
  expect([foreign.status, await foreign.json()]).toMatchObject([403, { ok: false }]);
  const asForm = await viewer.post("/@somebody/chat/act", { action: "unpin" });
  expect(asForm.status).toBe(415);
});

test("a script reads JSON, whatever goes wrong", async () => {
  const viewer = await at.person("somebody");
  const tooLong = await viewer.postJson("/@somebody/chat/act", { action: "unpin", more: "x".repeat(50_000) });
  expect([tooLong.status, await tooLong.json()]).toEqual([413, { ok: false, message: "This is too long." }]);
  at.closeDatabase();
  const broken = await viewer.postJson("/@somebody/chat/act", { action: "unpin" });
  expect([broken.status, await broken.json()]).toMatchObject([500, { ok: false }]);
});

test("sixty actions in a minute, then a pause", async () => {
  const viewer = await at.person("somebody");
  const statuses = new Map<number, number>();
  let last: Response | undefined;
  for (let count = 0; count < 62; count += 1) {
    last = await viewer.postJson("/@somebody/chat/act", { action: "unpin" });
    statuses.set(last.status, (statuses.get(last.status) ?? 0) + 1);
  }
  expect([...statuses]).toEqual([
    [200, 60],
    [429, 2],
  ]);
  expect(last?.headers.get("retry-after")).toMatch(/^\d+$/);
});
