import { connect, type Socket } from "node:net";
import { parseArgs } from "node:util";
import { hostilePublishers } from "./testing/hostile-publishers.ts";
import { clientHandshake, MessageWriter } from "./testing/message-writer.ts";
import { TestPublisher } from "./testing/test-publisher.ts";

/**
 * `bun ingest/rtmp/attack.ts --port 1935 --key KEY`: every hostile publisher, one after another, against a running
 * server. Each has a few seconds; whoever should have been cut by then and was not is a failure. [I/O]
 *
 * With `--idle 1000` or `--announce 40` instead: so many sockets that say nothing, or that announce messages of 16 MB,
 * held for 8 seconds.
 */
const { values } = parseArgs({
  options: {
    host: { type: "string", default: "127.0.0.1" },
    port: { type: "string", default: "1935" },
    key: { type: "string", default: "attack" },
    idle: { type: "string", default: "0" },
    announce: { type: "string", default: "0" },
  },
});
const port = Number(values.port);
const cutPatienceMs = 3000;
const holdMs = 8000;

if (Number(values.idle) > 0) await hold(Number(values.idle), () => []);
else if (Number(values.announce) > 0) await hold(Number(values.announce), announcements);
else await attackOneByOne();

async function attackOneByOne(): Promise<void> {
  const failures: string[] = [];
  for (const hostile of hostilePublishers) {
    const publisher = await TestPublisher.connect(port, values.host);
    const attack = Promise.resolve(hostile.attack(publisher, values.key)).catch(() => {});
    await Promise.race([
      attack.then(() => (hostile.end === "cut" ? publisher.closed : null)),
      Bun.sleep(cutPatienceMs),
    ]);
    if (hostile.end === "cut" && !publisher.isClosed) failures.push(hostile.name);
    publisher.reset();
  }
  process.stdout.write(`${hostilePublishers.length} hostile publishers, ${failures.length} failures\n`);
  for (const name of failures) process.stdout.write(`not cut: ${name}\n`);
  process.exitCode = failures.length === 0 ? 0 : 1;
}

/** From many loopback addresses, since one address may hold 200 connections only. */
async function hold(count: number, opening: () => Uint8Array[]): Promise<void> {
  const sockets: Socket[] = [];
  for (let i = 0; i < count; i++) {
    const address = `127.1.${i % 250}.1`;
    const socket = connect({ port, host: values.host, localAddress: address }, () => {
      for (const bytes of opening()) socket.write(bytes);
    });
    // Being cut is what an attacker must expect.
    socket.on("error", () => socket.destroy());
    sockets.push(socket);
  }
  await Bun.sleep(holdMs);
  const open = sockets.filter((socket) => !socket.destroyed).length;
  process.stdout.write(`${count} connections, ${open} still open after ${holdMs / 1000} s\n`);
  for (const socket of sockets) socket.destroy();
}

function announcements(): Uint8Array[] {
  const writer = new MessageWriter();
  const length = 16 * 1024 * 1024 - 1;
  const messages = Array.from({ length: 40 }, (_, i) =>
    writer.message({ type: 9, cid: i + 3, streamId: 1, body: new Uint8Array(128), length }),
  );
  return [clientHandshake(), ...messages];
}
