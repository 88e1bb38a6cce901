/** What `POST /ticket` answers. */
export interface TicketAnswer {
  ticket: string;
  /** Where to open the WebSocket, such as `wss://live.example/ws`. */
  url: string;
}
