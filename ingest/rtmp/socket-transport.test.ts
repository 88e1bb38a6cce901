import { describe, expect, test } from "bun:test";
import { SocketTransport } from "./socket-transport.ts";

/** A socket whose kernel takes `room` bytes. */
function fakeSocket(room: number) {
  const socket = {
    remoteAddress: "::ffff:192.0.2.1",
    room,
    taken: [] as number[],
    did: [] as string[],
    write(bytes: Uint8Array) {
      const count = Math.min(bytes.length, socket.room);
      socket.room -= count;
      socket.taken.push(...bytes.subarray(0, count));
      socket.did.push(`write ${count}`);
      return count;
    },
    shutdown: () => void socket.did.push("shutdown"),
    terminate: () => void socket.did.push("terminate"),
  };
  return socket;
}

describe("a socket's writes", () => {
  test("what the kernel does not take goes out later, in order, and the FIN after it", () => {
    const socket = fakeSocket(3);
    const transport = new SocketTransport(socket);
    transport.write(Uint8Array.of(1, 2));
    transport.write(Uint8Array.of(3, 4, 5));
    transport.finish();
    transport.write(Uint8Array.of(9));
    expect(socket.did).toEqual(["write 2", "write 1", "write 0"]);
    socket.room = 100;
    transport.flush();
    expect(socket.taken).toEqual([1, 2, 3, 4, 5]);
    expect(socket.did.at(-1)).toBe("shutdown");
  });

  test("what one read causes leaves at once", () => {
    const socket = fakeSocket(100);
    const transport = new SocketTransport(socket);
    transport.corked(() => {
      transport.write(Uint8Array.of(1));
      transport.write(Uint8Array.of(2));
    });
    expect(socket.did).toEqual(["write 2"]);
  });

  test("who does not read its answers is cut", () => {
    const socket = fakeSocket(0);
    const transport = new SocketTransport(socket);
    for (let i = 0; i < 9; i++) transport.write(new Uint8Array(8192));
    expect(socket.did.at(-1)).toBe("terminate");
    transport.finish();
    expect(socket.did).not.toContain("shutdown");
  });
});
