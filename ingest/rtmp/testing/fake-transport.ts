import type { Amf0Value } from "../amf0.ts";
import { PublishProtocol } from "../publish-protocol.ts";
import type { Transport } from "../session.ts";

/** A transport without a socket: what the session answers is read back as commands. */
export class FakeTransport implements Transport {
  readonly remoteAddress = "192.0.2.1";
  ended: "finished" | "aborted" | null = null;
  readonly answers = new AnswerReader();

  write(bytes: Uint8Array): void {
    if (this.ended === null) this.answers.read(bytes);
  }

  finish(): void {
    this.ended ??= "finished";
  }

  abort(): void {
    this.ended ??= "aborted";
  }
}

/** Reads the server's side of a connection: commands by name, statuses by code. */
export class AnswerReader {
  readonly commands: { name: string; values: Amf0Value[] }[] = [];
  readonly #protocol: PublishProtocol;

  constructor(onCommand: () => void = () => {}) {
    this.#protocol = new PublishProtocol({
      onOutput: () => {},
      onTag: () => {},
      onCommand: (name, values) => {
        this.commands.push({ name, values });
        onCommand();
      },
    });
    // A server may say more than a publisher who was not let in.
    this.#protocol.admit();
  }

  read(bytes: Uint8Array): void {
    this.#protocol.read(Buffer.from(bytes));
  }

  /** The codes of all onStatus so far, such as NetStream.Publish.Start. */
  get statuses(): string[] {
    return this.commands.flatMap(({ name, values }) => {
      const info = values[2];
      const code = name === "onStatus" && info instanceof Map ? info.get("code") : undefined;
      return typeof code === "string" ? [code] : [];
    });
  }

  /** The texts beside them. */
  get descriptions(): string[] {
    return this.commands.flatMap(({ name, values }) => {
      const info = values[2];
      const description = name === "onStatus" && info instanceof Map ? info.get("description") : undefined;
      return typeof description === "string" ? [description] : [];
    });
  }
}
