import { describe, expect, test } from "bun:test";
import { initialState, reduce, viewOf, type PlayerEvent, type PlayerState } from "./player-state.ts";

const after = (start: PlayerState, ...events: PlayerEvent[]): PlayerState => events.reduce(reduce, start);
const live: PlayerEvent = { type: "channel", status: "live", isNewStream: true };
const again: PlayerEvent = { type: "channel", status: "live", isNewStream: false };
const interrupted: PlayerEvent = { type: "channel", status: "interrupted", isNewStream: false };
const ended: PlayerEvent = { type: "channel", status: "ended", isNewStream: false };
const moving: PlayerEvent = { type: "picture", picture: "moving" };
const stalled: PlayerEvent = { type: "picture", picture: "stalled" };
const finished: PlayerEvent = { type: "picture", picture: "finished" };
const failing: PlayerEvent = { type: "fetching", isFailing: true };

const overlayAfter = (...events: PlayerEvent[]) => viewOf(after(initialState("offline"), ...events)).overlay;

describe("a channel from before its start to after its end", () => {
  test("waits, loads, plays", () => {
    expect(overlayAfter()).toBe("waiting");
    expect(overlayAfter(live)).toBe("loading");
    expect(overlayAfter(live, moving)).toBe("none");
  });

  test("plays to its last picture before it says that the stream has ended", () => {
    expect(overlayAfter(live, moving, ended)).toBe("none");
    expect(overlayAfter(live, moving, ended, finished)).toBe("ended");
    expect(overlayAfter(live, moving, ended, stalled)).toBe("ended");
    expect(overlayAfter(live, moving, finished)).toBe("ended");
  });

  test("a stream that this browser cannot play says nothing of the next one", () => {
    expect(overlayAfter(live, { type: "unsupported" })).toBe("unsupported");
    expect(overlayAfter(live, { type: "unsupported" }, again)).toBe("unsupported");
    expect(overlayAfter(live, { type: "unsupported" }, ended, live)).toBe("loading");
  });

  test("a new stream after the end starts over", () => {
    expect(overlayAfter(live, moving, ended, finished, live)).toBe("loading");
    expect(overlayAfter(live, moving, ended, finished, live, moving)).toBe("none");
  });

  test("a channel that has ended before the page was opened says so", () => {
    expect(viewOf(initialState("ended")).overlay).toBe("ended");
  });
});

describe("an encoder or a server that goes away", () => {
  test("the picture stays while data lasts, then the viewer reads why it stands", () => {
    const gone = after(initialState("offline"), live, moving, interrupted);
    expect(viewOf(gone)).toMatchObject({ overlay: "none", isReconnecting: true });
    expect(viewOf(reduce(gone, stalled))).toMatchObject({ overlay: "reconnecting", isReconnecting: false });
    expect(viewOf(after(gone, stalled, again))).toMatchObject({ overlay: "loading" });
    expect(viewOf(after(gone, stalled, again, moving))).toMatchObject({ overlay: "none", isReconnecting: false });
  });

  test("failing requests count before the server knows anything", () => {
    expect(viewOf(after(initialState("offline"), live, moving, failing)).isReconnecting).toBe(true);
    expect(overlayAfter(live, moving, failing, stalled)).toBe("reconnecting");
  });
});

describe("a stage without a place for another viewer", () => {
  const full: PlayerEvent = { type: "full" };
  const fetched: PlayerEvent = { type: "fetching", isFailing: false };

  test("says so until there is one", () => {
    expect(overlayAfter(live, failing, full)).toBe("full");
    expect(overlayAfter(live, failing, full, failing)).toBe("full");
    expect(overlayAfter(live, failing, full, fetched)).toBe("loading");
    expect(overlayAfter(live, failing, full, fetched, moving)).toBe("none");
    expect(overlayAfter(live, failing, full, ended)).toBe("ended");
  });

  test("says nothing over a picture that still moves, and nothing of the next stream", () => {
    expect(overlayAfter(live, moving, full)).toBe("none");
    expect(overlayAfter(live, full, ended, live)).toBe("loading");
  });
});

describe("the viewer and the browser", () => {
  const paused: PlayerEvent = { type: "viewer-paused", isPaused: true };

  test("a pause is no stall", () => {
    expect(overlayAfter(live, moving, paused, stalled)).toBe("none");
  });

  test("a new stream ends an old pause", () => {
    expect(after(initialState("offline"), live, moving, paused, ended, live).isPausedByViewer).toBe(false);
  });

  test("silence demanded by the browser is offered to be lifted", () => {
    const muted = after(initialState("live"), { type: "autoplay", outcome: "muted" }, moving);
    expect(viewOf(muted)).toMatchObject({ overlay: "none", offersSound: true });
    expect(viewOf(reduce(muted, { type: "autoplay", outcome: "allowed" })).offersSound).toBe(false);
  });

  test("a refused start asks for a tap", () => {
    const refused = after(initialState("live"), { type: "autoplay", outcome: "refused" });
    expect(viewOf(refused)).toMatchObject({ overlay: "start", offersSound: false, hasControls: false });
  });

  test("a browser without the means says so only when there is something to see", () => {
    expect(overlayAfter({ type: "unsupported" })).toBe("waiting");
    expect(overlayAfter(live, { type: "unsupported" })).toBe("unsupported");
  });
});
