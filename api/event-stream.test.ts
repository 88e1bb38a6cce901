import { expect, test } from "bun:test";
import { Hono } from "hono";
import type { AppEnv } from "./app-env.ts";
import { Changes } from "./changes.ts";
import { EventStreamSlots, sendEvents } from "./event-stream.ts";
import { Feed } from "./feed.ts";
import { readEvents } from "./fixtures.ts";

/** A page with one event stream, whose value is new at each `change`. */
function eventApp(isAllowed: () => Promise<boolean>) {
  const changes = new Changes();
  let value = 0;
  const feed = new Feed({
    changes,
    topicOf: () => "live",
    load: () => Promise.resolve(value++),
    onError: () => undefined,
  });
  const slots = new EventStreamSlots({ perAddress: 100 });
  const app = new Hono<AppEnv>()
    .use(async (c, next) => {
      c.set("clientAddress", "192.0.2.7");
      return next();
    })
    .get("*", (c) =>
      sendEvents(c, {
        feed,
        key: "",
        slots,
        closing: new AbortController().signal,
        identity: String,
        render: String,
        heartbeatEveryMs: 30,
        isAllowed,
      }),
    );
  return { app, change: () => changes.emit("live") };
}

test("whether somebody may still see it is asked however much there is to send", async () => {
  let mayStay = true;
  const { app, change } = eventApp(async () => mayStay);
  const events = readEvents(await app.request("/"));
  const busy = setInterval(change, 5);
  await events.next();
  mayStay = false;
  await expect(events.ended()).resolves.toBeUndefined();
  clearInterval(busy);
});

test("an address has so many streams of events, whichever of its addresses it is, and a place that is given back is free", () => {
  const slots = new EventStreamSlots({ perAddress: 2, inAll: 3 });
  const giveBack = slots.take("2001:db8::1");
  slots.take("2001:db8::2");
  expect(() => slots.take("2001:db8::3")).toThrow("Too many pages");
  giveBack();
  slots.take("2001:db8::3");
  slots.take("192.0.2.1");
  expect(() => slots.take("192.0.2.2")).toThrow("Too many pages");
});
