import type { Page } from "@playwright/test";
import { write } from "../../e2e/support/chat.ts";

/** One line of chat after the other by one page, and when another page shows each. [I/O] */

/** In the page: when the line with each text was first shown, Unix ms, and texts that are shown more than once now. */
const noteLines = `(() => {
  const seen = (window.linesSeen = {});
  const look = () => {
    for (const each of document.querySelectorAll("[role=log] .chat-text")) {
      seen[each.innerText.trim()] ??= performance.timeOrigin + performance.now();
    }
  };
  look();
  new MutationObserver(look).observe(document.querySelector("[role=log]"), { childList: true, subtree: true });
})()`;
const countLines = `(() => {
  const texts = [...document.querySelectorAll("[role=log] .chat-text")].map((each) => each.innerText.trim());
  return texts.length - new Set(texts).size;
})()`;
const everyMs = 700;
const arriveWithinMs = 30_000;

export interface Conversation {
  written: number;
  lost: number;
  doubled: number;
  /** From Enter to being shown to the reader, the slowest, ms. */
  slowestMs: number;
}

/** From now on the page notes what its chat shows. */
export async function listen(reader: Page): Promise<void> {
  await reader.evaluate(noteLines);
}

/** Writes lines until `happened` has, and says what became of them for a reader that listens. */
export async function converse(
  writer: Page,
  reader: Page,
  topic: string,
  happened: Promise<void>,
): Promise<Conversation> {
  const writtenAt = new Map<string, number>();
  let isOver = false;
  const over = happened.finally(() => (isOver = true));
  for (let line = 1; !isOver; line++) {
    const text = `${topic}, line ${line}`;
    writtenAt.set(text, Date.now());
    await write(writer, text);
    await Bun.sleep(everyMs);
  }
  await over;
  const deadlineMs = Date.now() + arriveWithinMs;
  for (;;) {
    const seen = await reader.evaluate<Record<string, number>>("window.linesSeen");
    const missing = [...writtenAt.keys()].filter((text) => !(text in seen));
    if (missing.length > 0 && Date.now() < deadlineMs) {
      await Bun.sleep(200);
      continue;
    }
    const delaysMs = [...writtenAt].flatMap(([text, atMs]) => (text in seen ? [(seen[text] ?? 0) - atMs] : []));
    return {
      written: writtenAt.size,
      lost: missing.length,
      doubled: await reader.evaluate<number>(countLines),
      slowestMs: Math.max(0, ...delaysMs),
    };
  }
}
