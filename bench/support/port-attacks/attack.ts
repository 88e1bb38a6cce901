/** What all attacks on ports share: where they go, and what they tell of themselves. */

/** One way in for HTTP. */
export interface Door {
  /** As the table says it. */
  name: "pages" | "media" | "sockets" | "private" | "Caddy";
  port: number;
  isSecure: boolean;
  /** A path that answers 200 to anybody, and is read by nobody but attackers for long. */
  path: string;
  /** Where a body may be sent to. */
  formPath: string;
}

export interface Targets {
  /** How HTTP is reached: the services' own ports, or Caddy before them. */
  doors: Door[];
  /** Where WebSockets are opened, and the page's origin. */
  socketDoor: Door;
  origin: string;
  mediaDoor: Door;
  /** The newest segment that was whole when the attack began. */
  mediaPath: string;
  playlistPath: string;
  /** A page's stream of events, at the door of pages. */
  pagesDoor: Door;
  eventsPath: string;
  rtmpPort: number;
  rtmpsPort: number;
  seconds: number;
}

export interface Outcome {
  /** What came of it, in words. */
  result: string;
  /** Whether the attacked did what they should. */
  isRight: boolean;
}

export interface Attack {
  name: string;
  /** `bare`: against the services' own ports. */
  ways: readonly ("bare" | "Caddy")[];
  /** How long it lasts when nothing else is asked for, seconds. */
  seconds: number;
  /** How slow things may be at a bare port while it lasts, ms, where that is known and not ours to mend. @default 5000 */
  slowestBareMs?: number;
  /** Whose file descriptors run out meanwhile. */
  descriptorsOf?: "api" | "ingest" | "signaling";
  /** Who cannot come in while it lasts, by its nature; everybody must be well again after it. */
  mayDisturb?: readonly ("pages" | "parts" | "chat")[];
  run(targets: Targets): Promise<Outcome>;
}
