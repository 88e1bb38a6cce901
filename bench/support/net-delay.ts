import { dlopen, FFIType, ptr } from "bun:ffi";
import { openSync, read, writeSync } from "node:fs";
import { setPriority } from "node:os";

/**
 * A line of so many milliseconds: takes IP packets from a TUN device, and gives each back after its time, in order.
 * For kernels without netem. A program of its own: `bun net-delay.ts DEVICE DELAY_MS`, as root; says "ready" once it
 * carries. [I/O]
 */

// linux/if_tun.h
const tunSetIff = 0x400454ca;
const iffTun = 0x0001;
const iffNoPi = 0x1000;
/** sizeof(struct ifreq): 16 bytes of name, then the flags, then padding. */
const ifreqBytes = 40;
const packetMaxBytes = 65_536;
/** What such a line holds at most: more is dropped, as a router does it. */
const heldMax = 4096;

/** Where this program lies. */
export const delayProgram = import.meta.path;

/** Makes the device, and carries from now on. */
function carry(device: string, delayMs: number): void {
  // What waits for a busy machine on top of its time looks like a line that fills up.
  setPriority(-20);
  const tun = openTun(device);
  const held: { packet: Buffer; dueMs: number }[] = [];

  /** Gives back what is due, and comes again for the rest. */
  function release(): void {
    const nowMs = performance.now();
    for (let next = held[0]; next !== undefined && next.dueMs <= nowMs; next = held[0]) {
      writeSync(tun, next.packet);
      held.shift();
    }
    if (held[0] !== undefined) setTimeout(release, Math.max(0, held[0].dueMs - performance.now()));
  }

  function take(buffer: Buffer): void {
    read(tun, buffer, 0, packetMaxBytes, null, (error, length) => {
      if (error !== null) throw error;
      if (held.length < heldMax) {
        held.push({ packet: Buffer.from(buffer.subarray(0, length)), dueMs: performance.now() + delayMs });
        if (held.length === 1) setTimeout(release, delayMs);
      }
      take(buffer);
    });
  }
  take(Buffer.alloc(packetMaxBytes));
}

/** A file descriptor: each read takes a packet that was sent to the device, each write is one that comes from it. */
function openTun(device: string): number {
  const tun = openSync("/dev/net/tun", "r+");
  const request = Buffer.alloc(ifreqBytes);
  request.write(device, 0, 15, "latin1");
  request.writeUInt16LE(iffTun | iffNoPi, 16);
  const { symbols } = dlopen("libc.so.6", {
    ioctl: { args: [FFIType.i32, FFIType.u64, FFIType.ptr], returns: FFIType.i32 },
  });
  if (symbols.ioctl(tun, tunSetIff, ptr(request)) !== 0) throw new Error(`${device} cannot be made`);
  return tun;
}

if (import.meta.main) {
  const [device = "", delayText = ""] = process.argv.slice(2);
  const delayMs = Number(delayText);
  if (device === "" || !(delayMs >= 0)) throw new Error("Usage: net-delay.ts DEVICE DELAY_MS");
  carry(device, delayMs);
  console.log("ready");
}
