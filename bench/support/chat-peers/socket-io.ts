import { createServer } from "node:http";
import { Server } from "socket.io";
import { authorOf, lineOf } from "./line.ts";

/** socket.io as its documentation writes a chat: a room, and `io.to(room).emit`. Prints its port. Runs on Node. */

const http = createServer();
const io = new Server(http, { transports: ["websocket"], perMessageDeflate: false });
let count = 0;
io.on("connection", (socket) => {
  const author = authorOf(count++);
  void socket.join("room");
  socket.on("say", ({ nonce, text }: { nonce: string; text: string }) => {
    io.to("room").emit("line", lineOf(author, nonce, text));
  });
});
http.listen({ port: 0, host: "127.0.0.1", backlog: 4096 }, () => {
  const address = http.address();
  if (address !== null && typeof address === "object") process.stdout.write(`port ${address.port}\n`);
});
