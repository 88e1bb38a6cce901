import { CallServerMessage } from "../contract/call-messages.ts";
import { type ClientMessage, ServerMessage } from "../contract/messages.ts";

/** For tests: a socket that holds every frame it receives against the contract, of the chat unless another is named. */
export class TestClient<Message extends ServerMessage | CallServerMessage = ServerMessage> {
  readonly received: Message[] = [];
  readonly closed: Promise<{ code: number; reason: string }>;
  readonly #socket: WebSocket;
  readonly #waiting = new Set<() => void>();
  #taken = 0;
  #nonces = 0;

  private constructor(socket: WebSocket, parse: (data: unknown) => Message) {
    this.#socket = socket;
    socket.addEventListener("message", ({ data }) => {
      this.received.push(parse(JSON.parse(String(data))));
      for (const wake of this.#waiting) wake();
    });
    this.closed = new Promise((resolve) => {
      socket.addEventListener("close", ({ code, reason }) => {
        resolve({ code, reason });
        for (const wake of this.#waiting) wake();
      });
    });
  }

  /** Rejects when the server refuses the connection. */
  static async connect(url: string, headers: Record<string, string>): Promise<TestClient> {
    return TestClient.#open(url, headers, (data) => ServerMessage.parse(data));
  }

  /** A socket that comes to a call. Rejects when the server refuses the connection. */
  static async connectToCall(url: string): Promise<TestClient<CallServerMessage>> {
    return TestClient.#open(url, {}, (data) => CallServerMessage.parse(data));
  }

  static async #open<Message extends ServerMessage | CallServerMessage>(
    url: string,
    headers: Record<string, string>,
    parse: (data: unknown) => Message,
  ): Promise<TestClient<Message>> {
    const socket = new WebSocket(url, { headers });
    const client = new TestClient(socket, parse);
    await new Promise<void>((resolve, reject) => {
      socket.addEventListener("open", () => resolve());
      socket.addEventListener("error", () => reject(new Error("The connection was refused")));
    });
    return client;
  }

  send(message: ClientMessage): void {
    this.sendRaw(JSON.stringify(message));
  }

  sendRaw(frame: string | Uint8Array<ArrayBuffer>): void {
    this.#socket.send(frame);
  }

  /** Says something. Returns its nonce. */
  say(text: string, more: { nonce?: string; again?: true } = {}): string {
    const nonce = more.nonce ?? `nonce${String((this.#nonces += 1)).padStart(5, "0")}`;
    this.send({ type: "say", text, ...more, nonce });
    return nonce;
  }

  /** The next message of this type that was not taken yet. Rejects when the socket closes or nothing comes for 5 s. */
  async next<Type extends Message["type"]>(type: Type): Promise<Extract<Message, { type: Type }>> {
    return this.until(() => {
      const index = this.received.findIndex((message, at) => at >= this.#taken && message.type === type);
      if (index < 0) return undefined;
      this.#taken = index + 1;
      return this.received[index] as Extract<Message, { type: Type }>;
    }, type);
  }

  /** What `look` finds, as soon as it finds something. */
  async until<T>(look: () => T | undefined, what: string): Promise<T> {
    const deadline = Promise.withResolvers<never>();
    const timer = setTimeout(() => deadline.reject(new Error(`Waited in vain for ${what}`)), 5000);
    try {
      for (;;) {
        const found = look();
        if (found !== undefined) return found;
        const woken = Promise.withResolvers<void>();
        this.#waiting.add(woken.resolve);
        await Promise.race([woken.promise, deadline.promise]);
        this.#waiting.delete(woken.resolve);
        if (this.#socket.readyState === WebSocket.CLOSED && look() === undefined) {
          throw new Error(`The socket closed before ${what}`);
        }
      }
    } finally {
      clearTimeout(timer);
    }
  }

  /** Texts of the lines seen so far, in order. */
  texts(): string[] {
    return this.received.flatMap((message) =>
      message.type === "events"
        ? message.events.flatMap((event) => (event.type === "line" ? [event.line.text] : []))
        : [],
    );
  }

  async untilTexts(...texts: string[]): Promise<void> {
    await this.until(() => (texts.every((text) => this.texts().includes(text)) ? true : undefined), texts.join(", "));
  }

  get resume(): string {
    const welcome = this.received.findLast((message) => message.type === "welcome" || message.type === "you");
    if (welcome === undefined || !("resume" in welcome)) throw new Error("No welcome came");
    return welcome.resume;
  }

  /** Breaks the connection. */
  cut(): void {
    (this.#socket as WebSocket & { terminate(): void }).terminate();
  }
}
