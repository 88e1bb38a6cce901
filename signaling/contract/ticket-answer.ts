/** What `POST /ticket` answers. */
export interface TicketAnswer {
  ticket: string;
  /** Where to open the WebSocket, such as `wss://live.example/ws`. */
  url: string;
}

/**
 * Why somebody gets no ticket for a call, beside what any request can meet: with status 403, or 404 and 410 for `gone`.
 * `name`: guests must say what they want to be called.
 */
export type CallRefusal = "passcode" | "sign-in" | "name" | "gone" | "ended";

/** What `POST /ticket` answers then. */
export interface TicketRefusal {
  ok: false;
  message: string;
  reason?: CallRefusal;
}
