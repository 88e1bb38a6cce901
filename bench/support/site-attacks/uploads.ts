import { anonymousMib } from "../process-usage.ts";
import { percentile } from "../table.ts";
import type { Attempts } from "./attempts.ts";
import { type HostileFile, hostileFiles } from "./hostile-pictures.ts";
import type { Stage } from "./stage.ts";
import { Visitor } from "./visitor.ts";

/** Pictures that are none, or too much, while others read pages. */

const mostPageMs = 1000;
const mostGrowthMib = 200;

class Readers {
  readonly #times: number[] = [];
  failures = 0;
  #isOver = false;
  readonly #done: Promise<void>;

  constructor(reader: Visitor) {
    this.#done = this.#read(reader);
  }

  async #read(reader: Visitor): Promise<void> {
    while (!this.#isOver) {
      const answer = await reader.get("/@wati").catch(() => null);
      if (answer?.status === 200) this.#times.push(answer.ms);
      else this.failures += 1;
      await Bun.sleep(50);
    }
  }

  async stop(): Promise<{ pages: number; p50: number; worst: number }> {
    this.#isOver = true;
    await this.#done;
    return { pages: this.#times.length, p50: percentile(this.#times, 0.5), worst: Math.max(...this.#times) };
  }
}

/** Of what was sent: nothing of it may be kept. */
const strange = ["<script", "PK\u0003\u0004", "onload="];

const textOf = (value: unknown): string => (value instanceof Uint8Array ? Buffer.from(value).toString("latin1") : "");

async function sendEach(stage: Stage, attempts: Attempts, files: readonly HostileFile[]): Promise<void> {
  for (const { what, bytes, type, mayBeTaken } of files) {
    const startedAtMs = performance.now();
    const file = new File([new Uint8Array(bytes)], "../../x.php\u0000.png", { type });
    const target = mayBeTaken ? stage.owner : stage.people.viewer;
    const answer = await target.upload("/settings/avatar", "avatar", file);
    const ms = performance.now() - startedAtMs;
    const isTaken = answer.status === 303;
    const kept = stage.query("SELECT body FROM images").map(({ body }) => textOf(body));
    const isClean = kept.every((each) => each.startsWith("RIFF") && strange.every((text) => !each.includes(text)));
    attempts.add(
      `Upload: ${what}`,
      `answered ${answer.status} in ${ms.toFixed(0)} ms${isTaken ? ", made anew as WebP" : ""}`,
      isClean && (isTaken ? mayBeTaken : answer.status >= 400 && answer.status < 500),
    );
  }
}

/** Bodies that come slowly, and many at once. */
async function sendMany(stage: Stage, attempts: Attempts, large: Buffer): Promise<void> {
  const { viewer, guest } = stage.people;
  const slow = Array.from({ length: 20 }, () => {
    const by = new Visitor(stage.server.pageUrl, stage.newAddress());
    by.cookies.set("panggung_session", viewer.cookies.get("panggung_session") ?? "");
    const headers = { Origin: stage.server.pageUrl, "Content-Type": "multipart/form-data; boundary=b" };
    return by.send("POST", "/settings/avatar", headers, new Uint8Array(500_000), 200).catch(() => null);
  });
  const file = new File([new Uint8Array(large)], "x.png", { type: "image/png" });
  const many = [viewer, stage.owner, stage.people["other streamer"], stage.people.administrator].flatMap((by) =>
    Array.from({ length: 6 }, () => by.upload("/settings/avatar", "avatar", file)),
  );
  const answers = await Promise.all(many);
  await Promise.all(slow);
  const statuses = [...new Set(answers.map(({ status }) => status))].toSorted((a, b) => a - b);
  const isRight = statuses.every((status) => [303, 413, 422, 429, 503].includes(status));
  attempts.add(
    "Upload: 24 at once of 4 people, 20 that come drop by drop beside them",
    `answered ${statuses.join(", ")}`,
    isRight,
  );
  const anybody = await guest.upload("/settings/avatar", "avatar", file);
  attempts.add(
    "Upload: by a guest",
    `answered ${anybody.status} to ${anybody.header("location")}`,
    anybody.status === 303,
  );
}

export async function attackUploads(stage: Stage, attempts: Attempts): Promise<void> {
  // They take a while to make: before anything is measured.
  const files = hostileFiles();
  const large = files.find(({ what }) => what.startsWith("4096"))?.bytes ?? Buffer.alloc(0);
  const api = stage.server.pidOf("api");
  const before = anonymousMib(api);
  let most = before;
  const sampling = setInterval(() => (most = Math.max(most, anonymousMib(api))), 100);
  const readers = new Readers(stage.visitor());
  await sendEach(stage, attempts, files);
  await sendMany(stage, attempts, large);
  const { pages, p50, worst } = await readers.stop();
  clearInterval(sampling);
  await Bun.sleep(3000);
  const after = anonymousMib(api);
  const isSame = stage.server.pidOf("api") === api;
  attempts.add(
    "Uploads: api's memory",
    `${before.toFixed(0)} MiB before, ${most.toFixed(0)} at most, ${after.toFixed(0)} after; ${isSame ? "the same process" : "ANOTHER PROCESS"}`,
    isSame && most - before < mostGrowthMib,
  );
  attempts.add(
    "Uploads: pages meanwhile",
    `${pages} answered, ${readers.failures} not; half within ${p50.toFixed(0)} ms, the slowest ${worst.toFixed(0)} ms`,
    readers.failures === 0 && worst < mostPageMs,
  );
}
