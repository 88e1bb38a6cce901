/**
 * What passes between an RTMP session and whoever owns the broadcasts. The session speaks the protocol and guards its
 * socket; the stage decides who may publish and takes what arrives.
 */

/** One FLV tag body as an RTMP message carried it. */
export interface FlvTag {
  type: "audio" | "video" | "script";
  /** Milliseconds on the encoder's clock, unwrapped past 2^32. Not necessarily from 0, nor free of jumps. */
  timestampMs: number;
  /** Valid only during the call: the session reuses the buffer. */
  body: Uint8Array;
}

/** The encoder's end of a live publish, as the stage sees it. */
export interface Publisher {
  readonly remoteAddress: string;
  /** Under which all logs have this connection. */
  readonly requestId: string;
  /** Milliseconds on the monotonic clock (`performance.now()`) at which bytes last arrived. */
  readonly lastByteAtMs: number;
  /**
   * Closes the socket. With a message, the encoder is first told `NetStream.Publish.Denied`. The feed's `end("lost")`
   * has been called when this returns.
   */
  close(denied?: string): void;
}

/** Where an accepted publisher's tags go. Called synchronously from the socket's read. */
export interface Feed {
  push(tag: FlvTag): void;
  /** Called exactly once. `unpublished`: deleteStream or FCUnpublish; `lost`: the socket closed without it. */
  end(how: "unpublished" | "lost"): void;
}

export type Admission =
  | { type: "accepted"; feed: Feed }
  /** Permanent: the encoder is told and closed. */
  | { type: "refused"; message: string }
  /** For now: the encoder is dropped in the way that makes OBS try again by itself. */
  | { type: "retry" };

export interface Stage {
  /** Called once per connection, when the encoder asks to publish. `signal` aborts when the socket closes meanwhile. */
  admit(publisher: Publisher, key: string, signal: AbortSignal): Promise<Admission>;
}
