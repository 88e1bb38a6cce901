import { expect, test } from "bun:test";
import { hear, loudnessOf, silence, type Speech } from "./speaker.ts";

const [ana, budi] = ["a".repeat(32), "b".repeat(32)];

/** Five times a second from `fromMs` on, for `forMs`. */
function listen(speech: Speech, levels: Record<string, number>, fromMs: number, forMs: number): Speech {
  let heard = speech;
  for (let now = fromMs; now <= fromMs + forMs; now += 200) heard = hear(heard, new Map(Object.entries(levels)), now);
  return heard;
}

test("loudness follows decibels", () => {
  expect([0, 0.0001, 0.001, 0.01, 0.1, 0.5, 1].map((amplitude) => Number(loudnessOf(amplitude).toFixed(2)))).toEqual([
    0, 0, 0, 0.4, 0.8, 1, 1,
  ]);
});

test("who is loud for a while speaks; a cough is no speech", () => {
  expect(listen(silence, { [ana]: 0 }, 0, 1_000).speaker).toBeNull();
  const cough = listen(listen(silence, { [ana]: 0.9 }, 0, 0), { [ana]: 0 }, 200, 1_000);
  expect(cough).toMatchObject({ speaker: null });
  const speech = listen(silence, { [ana]: 0.9, [budi]: 0.1 }, 0, 400);
  expect(speech.speaker).toBe(ana);
  expect(speech.voices.get(ana)?.isSpeaking).toBe(true);
  expect(speech.voices.get(budi)?.isSpeaking).toBe(false);
});

test("a breath does not end it, and who spoke last stays the speaker", () => {
  const speech = listen(silence, { [ana]: 0.9 }, 0, 2_000);
  expect(listen(speech, { [ana]: 0 }, 2_200, 600).voices.get(ana)?.isSpeaking).toBe(true);
  const over = listen(speech, { [ana]: 0 }, 2_200, 2_000);
  expect(over.voices.get(ana)?.isSpeaking).toBe(false);
  expect(over.speaker).toBe(ana);
});

test("the speaker does not change within a word, and does when somebody louder goes on", () => {
  const speech = listen(silence, { [ana]: 0.6 }, 0, 400);
  expect(speech.speaker).toBe(ana);
  expect(listen(speech, { [ana]: 0.6, [budi]: 0.9 }, 600, 600).speaker).toBe(ana);
  expect(listen(speech, { [ana]: 0.6, [budi]: 0.9 }, 600, 2_000).speaker).toBe(budi);
});

test("who has left or was muted is nobody's voice any more", () => {
  const speech = listen(silence, { [ana]: 0.9, [budi]: 0.5 }, 0, 2_000);
  const after = listen(speech, { [budi]: 0.5 }, 2_200, 400);
  expect([...after.voices.keys()]).toEqual([budi]);
  expect(after.speaker).toBe(budi);
});

test("between loud and quiet, what was goes on", () => {
  const speech = listen(silence, { [ana]: 0.9 }, 0, 400);
  expect(listen(speech, { [ana]: 0.35 }, 600, 3_000).voices.get(ana)?.isSpeaking).toBe(true);
  expect(listen(silence, { [ana]: 0.35 }, 0, 3_000).voices.get(ana)?.isSpeaking).toBe(false);
});
