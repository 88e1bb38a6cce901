import { expect, test } from "bun:test";
import pino from "pino";
import type { CallOpenAnswer, CallReportAnswer, CallSaveAnswer, CallSaveRequest } from "../api/contract/calls.ts";
import type { SignalingCommand } from "../api/contract/signaling-commands.ts";
import { TestCaller } from "./call/room-fixture.ts";
import { nothingSent } from "./call/standing.ts";
import { CallKeeper, reportTurns } from "./call-keeper.ts";
import { closeCodes } from "./contract/limits.ts";
import { callRoom } from "./contract/tickets.ts";

/** An api whose answers the test gives, one by one. */
class HeldApi {
  readonly opens: PromiseWithResolvers<CallOpenAnswer>[] = [];
  readonly saves: { request: CallSaveRequest; answer: PromiseWithResolvers<CallSaveAnswer> }[] = [];
  readonly reports: (PromiseWithResolvers<CallReportAnswer> & { callId: string })[] = [];

  openCall = (): Promise<CallOpenAnswer> => {
    const answer = Promise.withResolvers<CallOpenAnswer>();
    this.opens.push(answer);
    return answer.promise;
  };
  saveCall = (_callId: string, request: CallSaveRequest): Promise<CallSaveAnswer> => {
    const answer = Promise.withResolvers<CallSaveAnswer>();
    this.saves.push({ request, answer });
    return answer.promise;
  };
  reportCall = (callId: string): Promise<CallReportAnswer> => {
    const answer = Promise.withResolvers<CallReportAnswer>();
    this.reports.push({ ...answer, callId });
    return answer.promise;
  };
}

const callId = "test-test-test-0001";
const settings = { name: "Rapat", mode: "meeting", entry: "link" } as const;
const opened = (epoch: number, asOf: number): CallOpenAnswer => ({
  known: true,
  epoch,
  asOf,
  settings,
  state: null,
  lines: [],
});
const ended = (id: number): SignalingCommand => ({ type: "call-ended", id, callId });
const renamed = (id: number, name: string): SignalingCommand => ({
  type: "call-settings",
  id,
  callId,
  settings: { ...settings, name },
});
const presence = { media: nothingSent, hand: false };

async function until(isSo: () => boolean): Promise<void> {
  const deadlineMs = performance.now() + 3000;
  while (!isSo()) {
    if (performance.now() > deadlineMs) throw new Error("Waited in vain");
    await Bun.sleep(1);
  }
}

function keep() {
  const api = new HeldApi();
  const logged: string[] = [];
  const log = pino({ base: null }, { write: (line: string) => void logged.push(line) });
  const time = { now: 1_800_000_000_000 };
  const ice = {
    stunUrls: [],
    turnUrls: [],
    turnSecret: undefined,
    turnUsername: undefined,
    turnCredential: undefined,
    policy: "all",
  } as const;
  const keeper = new CallKeeper({ api, log, now: () => time.now, capacity: { meeting: 8, stage: 8 }, ice });
  let members = 0;
  const come = (id = callId, isHost = false): TestCaller => {
    members += 1;
    const subject = `guest:${members}`;
    const caller = { room: callRoom(id), subject, name: "Ayu", color: 1, isGuest: true, isHost, login: null };
    const member = new TestCaller(caller, String(members).padStart(32, "0"), false);
    keeper.join(id, member, presence);
    return member;
  };
  return { api, keeper, come, time, logged };
}

test("what a room knew when it was opened is not done to it again: one that was opened again goes on", async () => {
  const { api, keeper, come } = keep();
  const ayu = come();
  // They come before the answer, which is about what was after them, and after it.
  keeper.apply(ended(5));
  keeper.apply(renamed(6, "Lama"));
  api.opens[0]?.resolve(opened(1, 7));
  await until(() => ayu.has("welcome"));
  keeper.apply(ended(7));
  expect(ayu.closedWith).toBeNull();
  expect(ayu.last("welcome").room.name).toBe("Rapat");
  keeper.apply(renamed(8, "Baru"));
  expect(ayu.last("room").room.name).toBe("Baru");
  keeper.apply(ended(9));
  expect(ayu.closedWith).toBe(closeCodes.gone);
});

test("what came while the room was asked for, and is not in the answer, is done", async () => {
  const { api, keeper, come } = keep();
  const ayu = come();
  keeper.apply(renamed(6, "Baru"));
  api.opens[0]?.resolve(opened(1, 5));
  await until(() => ayu.has("welcome"));
  expect(ayu.last("welcome").room.name).toBe("Baru");
});

test("a late answer about a call that has ended does not touch the one that came after it", async () => {
  const { api, keeper, come } = keep();
  const before = come();
  api.opens[0]?.resolve(opened(1, 1));
  await until(() => before.has("welcome"));
  void Promise.all(Array.from({ length: reportTurns }, () => keeper.report()));
  keeper.apply(ended(2));
  expect(before.closedWith).toBe(closeCodes.gone);
  const after = come();
  api.opens[1]?.resolve(opened(3, 3));
  await until(() => after.has("welcome"));
  api.reports[0]?.resolve({ known: false });
  await Bun.sleep(5);
  expect(after.closedWith).toBeNull();
  expect(keeper.onMessage(callId, after, { type: "hand", raised: true }, 10)).toBe(true);
});

test("a host's order in the last moment is saved before the process ends, though a save is under way and one fails", async () => {
  const { api, keeper, come } = keep();
  const ibu = come(callId, true);
  const budi = come();
  api.opens[0]?.resolve(opened(1, 1));
  await until(() => budi.has("welcome"));
  keeper.onMessage(callId, ibu, { type: "rules", rules: { locked: true } }, 10);
  await until(() => api.saves.length === 1);
  keeper.onMessage(callId, ibu, { type: "remove", peer: budi.peerId, bar: true }, 10);
  const stopped = keeper.stop(3000);
  api.saves[0]?.answer.resolve({ type: "saved" });
  await until(() => api.saves.length === 2);
  expect(api.saves[1]?.request.state?.barred).toEqual([budi.caller.subject]);
  api.saves[1]?.answer.reject(new Error("api restarts"));
  await until(() => api.saves.length === 3);
  expect(api.saves[2]?.request.state?.barred).toEqual([budi.caller.subject]);
  api.saves[2]?.answer.resolve({ type: "saved" });
  await stopped;
});

test("calls are reported one after the other, each once a round; api's absence is said in a line and not for each", async () => {
  const { api, keeper, come, logged } = keep();
  const members = Array.from({ length: 2 * reportTurns }, (_, at) =>
    come(`test-test-test-${String(at).padStart(4, "0")}`),
  );
  for (const open of api.opens) open.resolve(opened(1, 1));
  await until(() => members.every((member) => member.has("welcome")));
  const reports = Array.from({ length: reportTurns }, (_, turn) => {
    const reporting = keeper.report();
    expect(api.reports).toHaveLength(2 * (turn + 1));
    return reporting;
  });
  expect(new Set(api.reports.map((report) => report.callId)).size).toBe(2 * reportTurns);
  for (const report of api.reports) report.reject(new Error("api is away"));
  await Promise.all(reports);
  expect(logged).toHaveLength(reportTurns);
});
