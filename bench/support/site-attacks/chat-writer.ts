import { protocolVersion } from "../../../signaling/contract/limits.ts";
import type { ServerMessage } from "../../../signaling/contract/messages.ts";
import { RawWebSocket } from "../raw-websocket.ts";
import type { Visitor } from "./visitor.ts";

/** Says one line in a channel's chat as somebody who is signed in. Returns whether it was taken. [I/O] */
export async function sayInChat(by: Visitor, origin: string, channel: string, text: string): Promise<boolean> {
  const answer = await by.postJson("/ticket", { channel });
  if (answer.status !== 200) throw new Error(`no ticket: ${answer.status} ${answer.body.slice(0, 200)}`);
  const { ticket, url } = JSON.parse(answer.body) as { ticket: string; url: string };
  const told = Promise.withResolvers<boolean>();
  const say = { type: "say", nonce: `line-${Math.random().toString(36).slice(2, 12)}`.padEnd(12, "0"), text };
  const socket = await RawWebSocket.connect(
    url,
    {
      onText: (self, payload) => {
        const message = JSON.parse(payload.toString()) as ServerMessage;
        if (message.type === "welcome") self.send(JSON.stringify(say));
        if (message.type === "ack" || message.type === "error") told.resolve(message.type === "ack");
      },
      onClose: () => told.resolve(false),
    },
    { headers: { Origin: origin } },
  );
  socket.send(JSON.stringify({ type: "hello", version: protocolVersion, ticket }));
  const wasTaken = await Promise.race([told.promise, Bun.sleep(5000).then(() => false)]);
  socket.cut();
  return wasTaken;
}
