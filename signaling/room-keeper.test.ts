import { expect, test } from "bun:test";
import pino from "pino";
import type { LinesAnswer, OpenAnswer } from "../api/contract/chat.ts";
import type { SignalingCommand } from "../api/contract/signaling-commands.ts";
import { channelId, personNamed, roomState, TestMember, userId } from "./chat/room-fixture.ts";
import { RoomKeeper } from "./room-keeper.ts";

/** An api whose answers the test gives, one by one. */
class HeldApi {
  readonly opens: PromiseWithResolvers<OpenAnswer>[] = [];
  readonly stores: PromiseWithResolvers<LinesAnswer>[] = [];

  open = (): Promise<OpenAnswer> => hold(this.opens);
  storeLines = (): Promise<LinesAnswer> => hold(this.stores);
}

function hold<Answer>(held: PromiseWithResolvers<Answer>[]): Promise<Answer> {
  const answer = Promise.withResolvers<Answer>();
  held.push(answer);
  return answer.promise;
}

class LeavingMember extends TestMember {
  isGone = false;
  override onGone(): void {
    this.isGone = true;
  }
}

const opened = (epoch: number, asOf: number): OpenAnswer => ({
  known: true,
  epoch,
  state: roomState({ asOf }),
  lines: [],
});
const snapshot = (id: number): SignalingCommand => ({ type: "snapshot", id, ticketKey: "", revocations: [] });

async function until(isSo: () => boolean): Promise<void> {
  const deadlineMs = performance.now() + 3000;
  while (!isSo()) {
    if (performance.now() > deadlineMs) throw new Error("Waited in vain");
    await Bun.sleep(1);
  }
}

function keep() {
  const api = new HeldApi();
  const log = pino({ level: "silent" });
  const time = { now: 1_800_000_000_000 };
  const published: string[] = [];
  const publish = (_topic: string, frame: string): void => void published.push(frame);
  const keeper = new RoomKeeper({ api, log, now: () => time.now, publish });
  const member = new LeavingMember(personNamed("ada", userId(1)));
  keeper.join(channelId, member, undefined);
  const say = (nonce: string): void =>
    keeper.roomOf(channelId, member)?.say(member, { type: "say", nonce, text: nonce }, time.now);
  return { api, keeper, member, say, time, published };
}

test("lines of a channel that is gone take no room from others", async () => {
  const { api, keeper, member, say } = keep();
  api.opens[0]?.resolve(opened(1, 10));
  await until(() => member.received.some(({ type }) => type === "welcome"));
  say("nonce-01");
  await until(() => api.stores.length === 1);
  api.stores[0]?.resolve({ type: "stale" });
  await until(() => api.opens.length === 2);
  api.opens[1]?.resolve({ known: false });
  await until(() => member.isGone);
  expect([keeper.roomCount, keeper.waitingLines]).toEqual([0, 0]);
});

test("who waited for a channel that does not exist is sent away and never let in", async () => {
  const { api, keeper, member } = keep();
  api.opens[0]?.resolve({ known: false });
  await until(() => member.isGone);
  expect(keeper.roomCount).toBe(0);
  await Bun.sleep(1600);
  expect(member.received).toEqual([]);
});

test("a room that has begun anew is not asked for once more because of what was under way", async () => {
  const { api, keeper, member, say } = keep();
  api.opens[0]?.resolve(opened(1, 10));
  await until(() => member.received.some(({ type }) => type === "welcome"));
  say("nonce-01");
  await until(() => api.stores.length === 1);
  keeper.apply(snapshot(20));
  await until(() => api.opens.length === 2);
  api.opens[1]?.resolve(opened(2, 20));
  await until(() => member.received.some(({ type }) => type === "reset"));
  api.stores[0]?.resolve({ type: "stale" });
  await until(() => api.stores.length === 2);
  api.stores[1]?.resolve({ type: "stored", outcomes: ["stored"] });
  await until(() => member.received.some(({ type }) => type === "ack"));
  expect(api.opens).toHaveLength(2);
});

test("an answer from before the snapshot is asked for again, after a pause", async () => {
  const { api, keeper, member } = keep();
  keeper.apply(snapshot(20));
  const answering = setInterval(() => {
    for (const open of api.opens) open.resolve(opened(1, 10));
  }, 1);
  await Bun.sleep(200);
  expect(api.opens.length).toBeLessThan(3);
  clearInterval(answering);
  await until(() => {
    api.opens.at(-1)?.resolve(opened(9, 20));
    return member.received.some(({ type }) => type === "welcome");
  });
});

test("a clock that is set back holds no line up", async () => {
  const { api, member, say, time, published } = keep();
  api.opens[0]?.resolve(opened(1, 10));
  await until(() => member.received.some(({ type }) => type === "welcome"));
  say("nonce-01");
  await until(() => published.length === 1);
  time.now -= 60 * 60_000;
  say("nonce-02");
  await until(() => published.length === 2);
});
