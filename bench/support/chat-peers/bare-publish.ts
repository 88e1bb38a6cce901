import { authorOf, lineOf } from "./line.ts";

/** The least that Bun can do: one native publish of one frame for each line, and nothing else. Prints its port. */

let count = 0;
const server = Bun.serve({
  hostname: "127.0.0.1",
  port: 0,
  fetch: (request, self) => (self.upgrade(request, { data: authorOf(count++) }) ? undefined : new Response(null)),
  websocket: {
    data: "",
    perMessageDeflate: false,
    open(socket) {
      socket.subscribe("room");
    },
    message(socket, data) {
      const { nonce, text } = JSON.parse(String(data)) as { nonce: string; text: string };
      server.publish("room", JSON.stringify({ type: "line", line: lineOf(socket.data, nonce, text) }));
    },
  },
});
process.stdout.write(`port ${server.port}\n`);
