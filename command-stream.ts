import type { Logger } from "pino";
import { z } from "zod";
import { readCommands } from "./api/contract/internal-client.ts";

/** [I/O] Follows one of api's command streams for ever, across restarts of either side. For ingest and signaling. */

/** What every command has; a ping may do without. */
type Numbered = { type: string; id?: number | undefined };

export interface CommandStreamOptions<Command extends Numbered> {
  schema: z.ZodType<Command>;
  /** Opens the stream after the given id, or from a snapshot. */
  open(after: number | null, signal: AbortSignal): Promise<Pick<Response, "ok" | "status" | "body" | "text">>;
  onCommand(command: Command): void;
  /** api answered that this process may not follow, with this status. */
  onRefused?(status: number): void;
  log: Logger;
}

const backoffMinMs = 200;
const backoffMaxMs = 5000;
/** api pings every 5 s: a longer silence is a dead connection. */
const silenceMaxMs = 15_000;
const sayingMaxCharacters = 300;
const ErrorAnswer = z.object({ error: z.string() });

class RefusedError extends Error {
  readonly status: number;

  constructor(status: number, saying: string) {
    super(`api answered ${status}: ${saying}`);
    this.status = status;
  }
}

export class CommandStream<Command extends Numbered> {
  readonly #options: CommandStreamOptions<Command>;
  readonly #stop = new AbortController();
  #lastId: number | null = null;
  /** Whether api is being heard right now. */
  isConnected = false;
  /** What api said when it last answered and refused; null: it did not answer, or lets this process follow. */
  refusal: string | null = null;
  /** What was last said in the log since api was heard: the same is said once. */
  #toldOf: string | null = null;

  constructor(options: CommandStreamOptions<Command>) {
    this.#options = options;
  }

  /** Runs until `stop`. */
  async run(): Promise<void> {
    let backoffMs = backoffMinMs;
    while (!this.#stop.signal.aborted) {
      try {
        await this.#follow(() => (backoffMs = backoffMinMs));
      } catch (error) {
        if (!this.#stop.signal.aborted) this.#onFailure(error);
      }
      this.isConnected = false;
      if (this.#stop.signal.aborted) return;
      await Bun.sleep(backoffMs);
      backoffMs = Math.min(backoffMs * 2, backoffMaxMs);
    }
  }

  stop(): void {
    this.#stop.abort();
  }

  #onFailure(error: unknown): void {
    const isRefused = error instanceof RefusedError;
    this.refusal = isRefused ? error.message : null;
    const problem = String(error);
    if (problem !== this.#toldOf) this.#options.log.warn({ error: problem }, "api's command stream broke off");
    this.#toldOf = problem;
    if (isRefused) this.#options.onRefused?.(error.status);
  }

  async #follow(onLine: () => void): Promise<void> {
    const silence = new AbortController();
    const signal = AbortSignal.any([this.#stop.signal, silence.signal]);
    const giveUp = (): void => silence.abort(new Error("api fell silent"));
    let timer = setTimeout(giveUp, silenceMaxMs);
    try {
      const response = await this.#options.open(this.#lastId, signal);
      if (!response.ok || !response.body) {
        throw new RefusedError(response.status, sentenceIn(await response.text()));
      }
      this.refusal = null;
      this.#toldOf = null;
      this.isConnected = true;
      for await (const command of readCommands(response.body, this.#options.schema)) {
        clearTimeout(timer);
        timer = setTimeout(giveUp, silenceMaxMs);
        this.#options.onCommand(command);
        this.#lastId = command.id ?? this.#lastId;
        onLine();
      }
    } finally {
      clearTimeout(timer);
    }
  }
}

/** The sentence of an answer `{ "error": … }`; of any other its beginning. */
function sentenceIn(body: string): string {
  try {
    return ErrorAnswer.parse(JSON.parse(body)).error.slice(0, sayingMaxCharacters);
  } catch {
    return body.slice(0, sayingMaxCharacters);
  }
}
