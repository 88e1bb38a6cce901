import { createHmac } from "node:crypto";
import { describe, expect, test } from "bun:test";
import { awayMs, closeCodes, historyLines } from "../contract/limits.ts";
import { allOn, TestCall } from "./room-fixture.ts";

const offer = { type: "offer", sdp: "v=0" } as const;
const signalTo = (to: string) => ({ type: "signal", to, connection: "connection1", signal: offer }) as const;
const say = (text: string, nonce = "nonce-0001") => ({ type: "say", nonce, text }) as const;

describe("coming and going", () => {
  test("who comes is told who is there, and those are told of them", () => {
    const call = new TestCall();
    const ibu = call.come("Ibu", { isHost: true, media: { mic: true, camera: false, screen: false } });
    const budi = call.come("Budi", { hand: true });
    const { peers, you, room, ice } = budi.last("welcome");
    expect(you).toBe(budi.peerId);
    expect(peers.map(({ name, isHost, mic, handAt }) => ({ name, isHost, mic, handAt }))).toEqual([
      { name: "Ibu", isHost: true, mic: true, handAt: null },
      { name: "Budi", isHost: false, mic: false, handAt: call.now },
    ]);
    expect(room).toEqual({ id: "test-test-test-0001", name: "Rapat", mode: "meeting", entry: "link", capacity: 8 });
    expect(ice.servers).toHaveLength(1);
    expect(ibu.last("peer").peer).toMatchObject({ id: budi.peerId, name: "Budi", isAway: false });
  });

  test("a call that is full lets nobody in, and a place that is given up can be taken", () => {
    const call = new TestCall({}, null, 2);
    const [ibu, budi] = [call.come("Ibu"), call.come("Budi")];
    expect(call.come("Sari").closedWith).toBe(closeCodes.full);
    call.room.leave(budi);
    expect(ibu.last("left")).toEqual({ type: "left", peer: budi.peerId, why: "left" });
    expect(call.come("Sari").has("welcome")).toBe(true);
  });

  test("a host finds a place in a call that others have filled, once", () => {
    const call = new TestCall({}, null, 2);
    const crowd = [call.come("Budi"), call.come("Sari")];
    const ibu = call.come("Ibu", { isHost: true });
    expect(ibu.last("welcome").peers).toHaveLength(3);
    expect(call.come("Ibu", { isHost: true }).closedWith).toBe(closeCodes.full);
    for (const { peerId } of crowd) call.send(ibu, { type: "remove", peer: peerId, bar: true });
    expect(call.come("Tono").has("welcome")).toBe(true);
    expect(call.come("Wati").closedWith).toBe(closeCodes.full);
  });

  test("who comes back as somebody new takes the place that was kept for them", () => {
    const call = new TestCall({}, null, 2);
    const [ibu, budi] = [call.come("Ibu"), call.come("Budi")];
    call.room.disconnect(budi, call.now);
    expect(call.come("Sari").closedWith).toBe(closeCodes.full);
    const again = call.come("Budi");
    expect(again.last("welcome").peers.map(({ id }) => id)).toEqual([ibu.peerId, again.peerId]);
    expect(ibu.last("left")).toEqual({ type: "left", peer: budi.peerId, why: "lost" });
    expect(call.come("Ibu").closedWith).toBe(closeCodes.full);
  });

  test("who comes and goes without end is slowed down, and keeps out neither hosts nor those who come back", () => {
    const call = new TestCall();
    const ibu = call.come("Ibu");
    for (let count = 0; count < 200; count += 1) call.room.leave(call.come("Eve"));
    expect(ibu.received.filter(({ type }) => type === "left").length).toBe(63);
    expect(call.come("Budi").closedWith).toBe(closeCodes.restarting);
    expect(call.come("Ibu", { isHost: true }).has("welcome")).toBe(true);
    expect(call.come("Sari", { isReturning: true }).has("welcome")).toBe(true);
    call.now += 1000;
    expect(call.come("Budi").has("welcome")).toBe(true);
  });

  test("a connection that breaks keeps its place for a while", () => {
    const call = new TestCall({}, null, 2);
    const [ibu, budi] = [call.come("Ibu"), call.come("Budi", { media: allOn })];
    call.room.disconnect(budi, call.now);
    expect(call.peerOf(ibu, budi)).toMatchObject({ isAway: true, camera: true });
    expect(call.come("Sari").closedWith).toBe(closeCodes.full);
    call.now += awayMs - 1;
    call.room.sweep(call.now);
    expect(ibu.has("left")).toBe(false);
    call.now += 1;
    call.room.sweep(call.now);
    expect(ibu.last("left")).toEqual({ type: "left", peer: budi.peerId, why: "lost" });
  });

  test("a device that comes back takes its place again, and its old connection is shown out", () => {
    const call = new TestCall();
    const [ibu, budi] = [call.come("Ibu"), call.come("Budi", { media: allOn })];
    const again = call.come("Budi", { peerId: budi.peerId, isReturning: true, media: allOn });
    expect(budi.closedWith).toBe(closeCodes.replaced);
    // Its end is heard of later than the new beginning.
    call.room.disconnect(budi, call.now);
    expect(call.peerOf(ibu, again)).toMatchObject({ isAway: false, camera: true });
    expect(ibu.has("left")).toBe(false);
    expect(again.last("welcome").peers).toHaveLength(2);
  });

  test("when the room ends everybody goes, those at the door too", () => {
    const call = new TestCall({ entry: "knock" });
    const [ibu, budi] = [call.come("Ibu", { isHost: true }), call.come("Budi")];
    call.room.end();
    expect([ibu.closedWith, budi.closedWith]).toEqual([closeCodes.gone, closeCodes.gone]);
  });
});

describe("knocking", () => {
  test("who knocks learns nothing but whether a host is there, and hosts see them", () => {
    const call = new TestCall({ entry: "knock" });
    const budi = call.come("Budi");
    expect(budi.received.map(({ type }) => type)).toEqual(["waiting"]);
    expect(budi.last("waiting").hostIsHere).toBe(false);
    const ibu = call.come("Ibu", { isHost: true });
    expect(ibu.last("welcome").knocks).toMatchObject([{ id: budi.peerId, name: "Budi", isGuest: true }]);
    expect(budi.last("waiting").hostIsHere).toBe(true);
    call.room.disconnect(ibu, call.now);
    expect(budi.last("waiting").hostIsHere).toBe(false);
    expect(JSON.stringify(budi.received)).not.toContain("turn:");
  });

  test("a host lets in or refuses", () => {
    const call = new TestCall({ entry: "knock" });
    const ibu = call.come("Ibu", { isHost: true });
    const [budi, sari] = [call.come("Budi", { media: allOn }), call.come("Sari")];
    call.send(ibu, { type: "admit", knock: budi.peerId, accept: true });
    expect(budi.last("welcome").peers).toHaveLength(2);
    expect(call.peerOf(ibu, budi)).toMatchObject({ name: "Budi", camera: true });
    call.send(ibu, { type: "admit", knock: sari.peerId, accept: false });
    expect(sari.closedWith).toBe(closeCodes.refused);
    expect(ibu.last("knocks").knocks).toEqual([]);
  });

  test("who was let in before comes back without knocking, and who has not does not", () => {
    const call = new TestCall({ entry: "knock" });
    expect(call.come("Budi", { isReturning: true }).has("welcome")).toBe(true);
    expect(call.come("Sari").has("welcome")).toBe(false);
  });

  test("those at the door can do nothing in the call, and change what they come with", () => {
    const call = new TestCall({ entry: "knock" });
    const ibu = call.come("Ibu", { isHost: true });
    const budi = call.come("Budi");
    for (const message of [signalTo(ibu.peerId), say("Halo"), { type: "ice" } as const]) {
      expect(call.send(budi, message)).toBe(false);
    }
    expect(call.send(budi, { type: "media", media: allOn })).toBe(true);
    expect(ibu.has("signal") || ibu.has("line")).toBe(false);
    call.send(ibu, { type: "admit", knock: budi.peerId, accept: true });
    expect(call.peerOf(ibu, budi)).toMatchObject(allOn);
  });

  test("a full call lets nobody in from the door", () => {
    const call = new TestCall({ entry: "knock" }, null, 2);
    const ibu = call.come("Ibu", { isHost: true });
    call.come("Sari", { isReturning: true });
    // The door is behind the count: whoever knocks at a full call is told so at once.
    expect(call.come("Budi").closedWith).toBe(closeCodes.full);
    expect(ibu.last("welcome").knocks).toEqual([]);
  });

  test("when the room opens to all, those who wait come in; when it is for accounts, guests go", () => {
    const call = new TestCall({ entry: "knock" });
    const budi = call.come("Budi");
    call.room.setSettings({ name: "Rapat", mode: "meeting", entry: "link" }, call.now);
    expect(budi.has("welcome")).toBe(true);
    const other = new TestCall({ entry: "knock" });
    const [guest, member] = [other.come("Tamu"), other.come("Sari", { isGuest: false })];
    other.room.setSettings({ name: "Rapat", mode: "meeting", entry: "signed-in" }, other.now);
    expect([guest.closedWith, member.has("welcome")]).toEqual([closeCodes.refused, true]);
  });

  test("whoever knocks and runs away without end is slowed down", () => {
    const call = new TestCall({ entry: "knock" });
    const ibu = call.come("Ibu", { isHost: true });
    for (let count = 0; count < 200; count += 1) call.room.leave(call.come("Eve"));
    expect(ibu.received.filter(({ type }) => type === "knocks").length).toBe(2 * 64);
    call.now += 1000;
    expect(call.come("Budi").has("waiting")).toBe(true);
  });

  test("a clock that is set back keeps nobody's place for longer, and renews credentials", () => {
    const call = new TestCall();
    const [ibu, budi] = [call.come("Ibu"), call.come("Budi")];
    call.room.disconnect(budi, call.now);
    call.now -= 3_600_000;
    call.room.sweep(call.now);
    expect(ibu.last("ice").ice.expiresAt).toBe(call.now + 3_600_000);
    call.room.sweep(call.now + awayMs);
    expect(ibu.last("left")).toMatchObject({ peer: budi.peerId, why: "lost" });
  });

  test("who waited for hours has credentials that are fresh", () => {
    const call = new TestCall({ entry: "knock" });
    const budi = call.come("Budi");
    call.now += 2 * 60 * 60_000;
    call.room.setSettings({ name: "Rapat", mode: "meeting", entry: "link" }, call.now);
    expect(budi.last("welcome").ice.expiresAt).toBe(call.now + 60 * 60_000);
  });

  test("one person cannot fill the door", () => {
    const call = new TestCall({ entry: "knock" });
    const knocks = Array.from({ length: 5 }, () => call.come("Budi").closedWith);
    expect(knocks).toEqual([null, null, null, closeCodes.full, closeCodes.full]);
  });
});

describe("signals", () => {
  test("go to whom they are for, under the name of who sent them", () => {
    const call = new TestCall();
    const [ibu, budi, sari] = [call.come("Ibu"), call.come("Budi"), call.come("Sari")];
    call.send(budi, signalTo(ibu.peerId));
    expect(ibu.last("signal")).toEqual({
      type: "signal",
      from: budi.peerId,
      connection: "connection1",
      signal: offer,
    });
    expect(sari.has("signal")).toBe(false);
  });

  test("go to nobody outside, nor back", () => {
    const [call, other] = [new TestCall(), new TestCall()];
    const budi = call.come("Budi");
    const stranger = other.come("Orang", { peerId: "f".repeat(32) });
    call.send(budi, signalTo(stranger.peerId));
    expect(budi.last("error").code).toBe("no-such-peer");
    call.send(budi, signalTo(budi.peerId));
    expect(budi.has("signal") || stranger.has("signal")).toBe(false);
  });

  test("are bounded by their size", () => {
    const call = new TestCall();
    const [ibu, budi] = [call.come("Ibu"), call.come("Budi")];
    for (let count = 0; count < 30; count += 1) call.send(budi, signalTo(ibu.peerId), 48 * 1024);
    expect(ibu.received.filter(({ type }) => type === "signal").length).toBe(21);
    expect(budi.last("error").code).toBe("rate-limited");
    call.now += 1000;
    call.send(budi, signalTo(ibu.peerId), 48 * 1024);
    expect(ibu.received.filter(({ type }) => type === "signal").length).toBe(22);
  });

  test("two listeners of a stage do not reach each other", () => {
    const call = new TestCall({ mode: "stage" });
    const ibu = call.come("Ibu", { isHost: true });
    const [budi, sari] = [call.come("Budi"), call.come("Sari")];
    call.send(budi, signalTo(sari.peerId));
    expect(budi.last("error").code).toBe("no-such-peer");
    call.send(budi, signalTo(ibu.peerId));
    call.send(ibu, signalTo(sari.peerId));
    expect([ibu.has("signal"), sari.has("signal")]).toEqual([true, true]);
  });
});

describe("hosts", () => {
  test("nobody else can do what they do", () => {
    const call = new TestCall({ entry: "knock" });
    const ibu = call.come("Ibu", { isHost: true, media: allOn });
    const budi = call.come("Budi", { isReturning: true });
    const sari = call.come("Sari");
    const peer = ibu.peerId;
    const before = ibu.received.length;
    call.send(budi, { type: "admit", knock: sari.peerId, accept: true });
    call.send(budi, { type: "rules", rules: { locked: true } });
    call.send(budi, { type: "mute", peer: null });
    call.send(budi, { type: "ask-to-unmute", peer });
    call.send(budi, { type: "stop-share", peer });
    call.send(budi, { type: "lower-hand", peer });
    call.send(budi, { type: "stage", peer, onStage: false });
    call.send(budi, { type: "remove", peer, bar: true });
    const answers = budi.received.flatMap((message) => (message.type === "error" ? [message.code] : []));
    expect(answers).toEqual(Array.from({ length: 8 }, () => "not-host" as const));
    expect(ibu.received.length).toBe(before);
    expect(sari.has("welcome")).toBe(false);
  });

  test("a locked call lets nobody new in, and back in those who were there", () => {
    const call = new TestCall();
    const ibu = call.come("Ibu", { isHost: true });
    const budi = call.come("Budi");
    call.send(ibu, { type: "rules", rules: { locked: true } });
    expect(budi.last("rules").rules.locked).toBe(true);
    expect(call.come("Sari").closedWith).toBe(closeCodes.locked);
    call.room.disconnect(budi, call.now);
    const back = call.come("Budi", { peerId: budi.peerId, isReturning: true });
    expect(back.has("welcome")).toBe(true);
  });

  test("mute everybody but themselves; who is muted may speak again, or only when asked", () => {
    const call = new TestCall();
    const ibu = call.come("Ibu", { isHost: true, media: allOn });
    const budi = call.come("Budi", { media: allOn });
    call.send(ibu, { type: "mute", peer: null });
    expect(call.peerOf(ibu, budi)).toMatchObject({ mic: false, camera: true });
    expect(call.peerOf(budi, ibu)).toMatchObject({ mic: true });
    expect(budi.last("told")).toEqual({ type: "told", what: "muted", by: "Ibu" });
    // What they sent before they heard of it does not count.
    call.send(budi, { type: "media", media: { ...allOn, camera: false } });
    expect(call.peerOf(ibu, budi)).toMatchObject({ mic: false, camera: false });
    call.send(budi, { type: "media", media: { ...allOn, mic: false } });
    call.send(budi, { type: "media", media: allOn });
    expect(call.peerOf(ibu, budi)).toMatchObject({ mic: true });

    call.send(ibu, { type: "rules", rules: { mayUnmute: false } });
    call.send(ibu, { type: "mute", peer: null });
    call.send(budi, { type: "media", media: { ...allOn, mic: false } });
    call.send(budi, { type: "media", media: allOn });
    expect(budi.last("error").code).toBe("muted");
    expect(call.peerOf(ibu, budi)).toMatchObject({ mic: false, camera: true });
    expect(call.peerOf(budi, budi)).toMatchObject({ mic: false });
    expect(call.peerOf(ibu, call.come("Sari", { media: allOn }))).toMatchObject({ mic: false, camera: true });

    call.send(ibu, { type: "ask-to-unmute", peer: budi.peerId });
    expect(budi.last("told").what).toBe("asked-to-unmute");
    call.send(budi, { type: "media", media: allOn });
    expect(call.peerOf(ibu, budi)).toMatchObject({ mic: true });
  });

  test("mute, stop a share and lower a hand of somebody whose connection is broken: it holds when they come back", () => {
    const call = new TestCall();
    const ibu = call.come("Ibu", { isHost: true });
    const budi = call.come("Budi", { media: allOn, hand: true });
    call.room.disconnect(budi, call.now);
    const { peerId } = budi;
    call.send(ibu, { type: "mute", peer: null });
    call.send(ibu, { type: "stop-share", peer: peerId });
    call.send(ibu, { type: "lower-hand", peer: peerId });
    const back = { peerId, isReturning: true, media: allOn, hand: true };
    const again = call.come("Budi", back);
    expect(call.peerOf(ibu, again)).toMatchObject({ mic: false, camera: true, screen: false, handAt: null });
    expect(call.peerOf(again, again)).toMatchObject({ mic: false, camera: true, screen: false, handAt: null });
    // They know now, and may.
    call.send(again, { type: "media", media: allOn });
    call.send(again, { type: "hand", raised: true });
    call.room.disconnect(again, call.now);
    expect(call.peerOf(ibu, call.come("Budi", back))).toMatchObject({ mic: true, screen: true, handAt: call.now });
  });

  test("stop a share, and forbid sharing", () => {
    const call = new TestCall();
    const ibu = call.come("Ibu", { isHost: true });
    const budi = call.come("Budi", { media: allOn });
    call.send(ibu, { type: "stop-share", peer: budi.peerId });
    expect(call.peerOf(ibu, budi)).toMatchObject({ screen: false, mic: true });
    expect(budi.last("told").what).toBe("share-stopped");
    call.send(budi, { type: "media", media: allOn });
    expect(call.peerOf(ibu, budi)).toMatchObject({ screen: false });
    call.send(budi, { type: "media", media: { ...allOn, screen: false } });
    call.send(ibu, { type: "rules", rules: { mayShare: false } });
    call.send(budi, { type: "media", media: allOn });
    expect(budi.last("error").code).toBe("no-sharing");
    expect(call.peerOf(ibu, budi)).toMatchObject({ screen: false });
  });

  test("remove somebody, who may come again unless they are barred, by any device", () => {
    const call = new TestCall({ entry: "knock" });
    const ibu = call.come("Ibu", { isHost: true });
    const budi = call.come("Budi", { isReturning: true });
    call.send(ibu, { type: "remove", peer: budi.peerId, bar: false });
    expect(budi.closedWith).toBe(closeCodes.removed);
    expect(ibu.last("left")).toEqual({ type: "left", peer: budi.peerId, why: "removed" });
    expect(call.come("Budi", { peerId: budi.peerId, isReturning: true }).closedWith).toBe(closeCodes.removed);
    const again = call.come("Budi", { isReturning: true });
    const phone = call.come("Budi", { isReturning: true });
    const knocking = call.come("Budi");
    call.send(ibu, { type: "remove", peer: again.peerId, bar: true });
    expect([again.closedWith, phone.closedWith, knocking.closedWith]).toEqual(
      Array.from({ length: 3 }, () => closeCodes.removed),
    );
    expect(call.come("Budi").closedWith).toBe(closeCodes.removed);
    expect(ibu.last("knocks").knocks).toEqual([]);
  });

  test("cannot be removed from their own room", () => {
    const call = new TestCall();
    const [ibu, tablet] = [call.come("Ibu", { isHost: true }), call.come("Ibu", { isHost: true })];
    call.send(ibu, { type: "remove", peer: tablet.peerId, bar: true });
    expect(tablet.closedWith).toBeNull();
  });

  test("keep their own room when they bar a device of their account that did not make it", () => {
    const call = new TestCall();
    const ibu = call.come("Ibu", { isHost: true });
    const phone = call.come("Ibu");
    call.send(ibu, { type: "remove", peer: phone.peerId, bar: true });
    expect([ibu.closedWith, phone.closedWith]).toEqual([null, closeCodes.removed]);
    expect(call.come("Ibu", { isHost: true }).has("welcome")).toBe(true);
    expect(call.come("Ibu").closedWith).toBe(closeCodes.removed);
  });

  test("lower a hand", () => {
    const call = new TestCall();
    const [ibu, budi] = [call.come("Ibu", { isHost: true }), call.come("Budi")];
    call.send(budi, { type: "hand", raised: true });
    expect(call.peerOf(ibu, budi)?.handAt).toBe(call.now);
    call.now += 1000;
    call.send(budi, { type: "hand", raised: true });
    expect(call.peerOf(ibu, budi)?.handAt).toBe(call.now - 1000);
    call.send(ibu, { type: "lower-hand", peer: budi.peerId });
    expect(call.peerOf(ibu, budi)?.handAt).toBeNull();
  });

  test("bring listeners on stage and down again", () => {
    const call = new TestCall({ mode: "stage" });
    const ibu = call.come("Ibu", { isHost: true, media: allOn });
    const budi = call.come("Budi", { media: allOn });
    expect(call.peerOf(ibu, budi)).toMatchObject({ onStage: false, mic: false, camera: false, screen: false });
    call.send(budi, { type: "media", media: allOn });
    expect(budi.last("error").code).toBe("not-on-stage");
    call.send(ibu, { type: "stage", peer: budi.peerId, onStage: true });
    expect(budi.last("told").what).toBe("on-stage");
    call.send(budi, { type: "media", media: allOn });
    expect(call.peerOf(ibu, budi)).toMatchObject({ onStage: true, mic: true });
    call.send(ibu, { type: "stage", peer: budi.peerId, onStage: false });
    expect(call.peerOf(ibu, budi)).toMatchObject({ onStage: false, mic: false, camera: false });
  });
});

describe("chat", () => {
  test("who comes later reads what was said; a line is acknowledged when it is saved", () => {
    const call = new TestCall();
    const [ibu, budi] = [call.come("Ibu", { isHost: true }), call.come("Budi")];
    call.send(ibu, say("  Halo\n semua "));
    expect(budi.last("line").line).toMatchObject({ name: "Ibu", isHost: true, text: "Halo semua", at: call.now });
    expect(call.come("Sari").last("welcome").lines).toHaveLength(1);
    expect(ibu.has("ack")).toBe(false);
    expect(call.room.takeUnsaved().lines).toHaveLength(1);
    call.room.putBack(false);
    expect(call.room.takeUnsaved().lines).toHaveLength(1);
    call.room.settle();
    expect(ibu.last("ack").nonces).toEqual(["nonce-0001"]);
    expect(call.room.hasUnsaved).toBe(false);
  });

  test("a line that is sent again is shown once", () => {
    const call = new TestCall();
    const [ibu, budi] = [call.come("Ibu"), call.come("Budi")];
    call.send(ibu, say("Halo"));
    call.send(ibu, say("Halo"));
    call.room.takeUnsaved();
    call.room.settle();
    call.send(ibu, say("Halo"));
    expect(budi.received.filter(({ type }) => type === "line")).toHaveLength(1);
    expect(ibu.received.filter(({ type }) => type === "ack")).toHaveLength(2);
  });

  test("empty, too long, too fast, and more than can be saved", () => {
    const call = new TestCall();
    const ibu = call.come("Ibu");
    call.send(ibu, say("\u200b "));
    expect(ibu.last("error")).toMatchObject({ code: "empty", nonce: "nonce-0001" });
    call.send(ibu, say("a".repeat(501)));
    expect(ibu.last("error").code).toBe("too-long");
    for (let count = 0; count < 9; count += 1) call.send(ibu, say("Halo", `nonce-${count}-000`));
    expect(ibu.last("error")).toMatchObject({ code: "rate-limited", retryAfterMs: 1000 });
    for (let count = 0; count < historyLines + 10; count += 1) {
      call.now += 1000;
      call.send(ibu, say("Halo", `nonce-${count}-111`));
    }
    expect(ibu.last("error").code).toBe("paused");
  });
});

test("what hosts decided outlives the process, and what clients know it by changes", () => {
  const call = new TestCall({ mode: "stage" });
  const ibu = call.come("Ibu", { isHost: true });
  const [budi, sari] = [call.come("Budi"), call.come("Sari")];
  call.send(ibu, { type: "rules", rules: { locked: true, mayShare: false } });
  call.send(ibu, { type: "stage", peer: budi.peerId, onStage: true });
  call.send(ibu, { type: "remove", peer: sari.peerId, bar: true });
  expect(call.saves).toBe(3);
  const { state = null } = call.room.takeUnsaved();
  expect(state).toEqual({
    rules: { locked: true, mayUnmute: true, mayShare: false },
    barred: ["guest:Sari"],
    removed: [sari.peerId],
    onStage: [budi.peerId],
  });

  const next = new TestCall({ mode: "stage" }, state);
  const back = next.come("Budi", { peerId: budi.peerId, isReturning: true, media: allOn });
  expect(next.peerOf(back, back)).toMatchObject({ onStage: true, mic: true, screen: false });
  expect(next.come("Sari", { peerId: sari.peerId, isReturning: true }).closedWith).toBe(closeCodes.removed);
  expect(next.come("Tono", { peerId: "d".repeat(32) }).closedWith).toBe(closeCodes.locked);
});

describe("relays", () => {
  test("credentials are the peer's own, for an hour, and are renewed before they end", () => {
    const call = new TestCall();
    const ibu = call.come("Ibu");
    const { ice } = ibu.last("welcome");
    const [server] = ice.servers;
    const username = `${Math.floor((call.now + 3_600_000) / 1000)}:${ibu.peerId}`;
    const credential = createHmac("sha1", "a secret shared with the relay").update(username).digest("base64");
    expect(server).toEqual({ urls: ["turn:relay.example:3478"], username, credential });
    expect(ice.expiresAt).toBe(call.now + 3_600_000);
    call.room.sweep(call.now + 40 * 60_000);
    expect(ibu.has("ice")).toBe(false);
    call.room.sweep(call.now + 46 * 60_000);
    expect(ibu.last("ice").ice.expiresAt).toBe(call.now + 106 * 60_000);
    call.send(ibu, { type: "ice" });
    expect(ibu.last("ice").ice.expiresAt).toBe(call.now + 60 * 60_000);
  });
});

test("what peers measure is reported, of those who are there", () => {
  const call = new TestCall();
  const [ibu, budi] = [call.come("Ibu"), call.come("Budi")];
  const sample = {
    path: "direct",
    protocol: "udp",
    overMs: 10_000,
    sentBitsPerSecond: 900_000,
    receivedBitsPerSecond: 800_000,
    lossIn: 0,
    lossOut: null,
    jitterMs: 3,
    roundTripMs: 20,
    freezes: 0,
    freezeMs: 0,
    concealed: 0,
  } as const;
  const samples = [budi.peerId, ibu.peerId, "e".repeat(32)].map((peer) => ({ ...sample, peer }));
  call.send(ibu, { type: "quality", samples });
  expect(call.room.takeReport()).toEqual({
    people: [
      { id: ibu.peerId, name: "Ibu", isGuest: true },
      { id: budi.peerId, name: "Budi", isGuest: true },
    ],
    samples: [{ ...sample, peer: budi.peerId, from: ibu.peerId, at: call.now }],
  });
  expect(call.room.takeReport()?.samples).toEqual([]);
  call.room.leave(ibu);
  call.room.leave(budi);
  expect(call.room.takeReport()).toBeNull();
});
