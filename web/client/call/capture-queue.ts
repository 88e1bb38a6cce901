import { capture, type Captured, type CaptureRequest } from "./capture.ts";

/** What is wanted in the same moment is asked for in one question; questions follow each other. */

type Kind = "camera" | "microphone";

interface Asked {
  kind: Kind;
  id: string;
  answer(captured: Captured): void;
}

export class CaptureQueue {
  #asked: Asked[] = [];
  #last: Promise<void> = Promise.resolve();

  /** The device of this kind, or why there is none; id "": the browser's choice. */
  ask(kind: Kind, id: string): Promise<Captured> {
    return new Promise((answer) => {
      this.#asked.push({ kind, id, answer });
      if (this.#asked.length === 1) this.#last = this.#last.then(() => this.#work(this.#asked.splice(0)));
    });
  }

  async #work(asked: Asked[]): Promise<void> {
    const [first, second] = asked;
    if (first !== undefined && second !== undefined && asked.length === 2 && first.kind !== second.kind) {
      const both = await capture({ ...requestFor(first), ...requestFor(second) });
      if ("stream" in both) {
        for (const { kind, answer } of [first, second])
          answer({ stream: new MediaStream(tracksOf(both.stream, kind)) });
        return;
      }
      // One of the two may be there all the same, but who has said no is not asked again.
      if (both.problem === "denied" || both.problem === "dismissed") {
        for (const { answer } of asked) answer(both);
        return;
      }
    }
    for (const each of asked) each.answer(await capture(requestFor(each)));
  }
}

const requestFor = ({ kind, id }: Asked): CaptureRequest =>
  kind === "camera" ? { cameraId: id } : { microphoneId: id };

const tracksOf = (stream: MediaStream, kind: Kind): MediaStreamTrack[] =>
  kind === "camera" ? stream.getVideoTracks() : stream.getAudioTracks();
