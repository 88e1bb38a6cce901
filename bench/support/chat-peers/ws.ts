import { WebSocketServer } from "ws";
import { authorOf, lineOf } from "./line.ts";

/** `ws` as its documentation writes a broadcast: one text, sent to each client. Prints its port. Runs on Node. */

const server = new WebSocketServer({ port: 0, host: "127.0.0.1", backlog: 4096, perMessageDeflate: false });
let count = 0;
server.on("connection", (socket) => {
  const author = authorOf(count++);
  socket.on("message", (data: Buffer) => {
    const { nonce, text } = JSON.parse(data.toString()) as { nonce: string; text: string };
    const message = JSON.stringify({ type: "line", line: lineOf(author, nonce, text) });
    for (const client of server.clients) client.send(message);
  });
});
server.on("listening", () => {
  const address = server.address();
  if (address !== null && typeof address === "object") process.stdout.write(`port ${address.port}\n`);
});
