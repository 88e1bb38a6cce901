import { afterEach, expect, test } from "bun:test";
import { createHash, createHmac } from "node:crypto";
import { checkRelays } from "./relay.ts";

/** A relay that knows only what the doctor asks for, written by RFC 8656. Real coturn: bench/doctor.ts. */
const secret = "a-secret-that-the-relay-shares";
const realm = "panggung";
const cookie = Buffer.from([0x21, 0x12, 0xa4, 0x42]);
const text = (type: number, value: string): Buffer => attribute(type, Buffer.from(value));

let stop: (() => void) | undefined;
afterEach(() => {
  stop?.();
  stop = undefined;
});

function attribute(type: number, value: Buffer): Buffer {
  const head = Buffer.alloc(4);
  head.writeUInt16BE(type, 0);
  head.writeUInt16BE(value.length, 2);
  return Buffer.concat([head, value, Buffer.alloc((4 - (value.length % 4)) % 4)]);
}
function message(type: number, transactionId: Buffer, ...attributes: Buffer[]): Buffer {
  const body = Buffer.concat(attributes);
  const head = Buffer.alloc(4);
  head.writeUInt16BE(type, 0);
  head.writeUInt16BE(body.length, 2);
  return Buffer.concat([head, cookie, transactionId, body]);
}
const failure = (code: number): Buffer =>
  attribute(9, Buffer.concat([Buffer.from([0, 0, Math.floor(code / 100), code % 100]), Buffer.from("Because")]));
const xorAddress = (type: number, address: string): Buffer => {
  const bytes = address.split(".").map((part, i) => Number(part) ^ (cookie[i] ?? 0));
  return attribute(type, Buffer.from([0, 1, 0, 0, ...bytes]));
};

function answer(request: Buffer, refuses: number | null): Buffer {
  const [type, transactionId] = [request.readUInt16BE(0), request.subarray(8, 20)];
  if (type === 1) return message(0x0101, transactionId, xorAddress(0x0020, "203.0.113.9"));
  if (type === 4) return message(0x0104, transactionId);
  const username = /\d+:doctor/.exec(request.toString("latin1"))?.[0];
  const challenge = [failure(401), text(0x0014, realm), text(0x0015, "a nonce")];
  if (username === undefined) return message(0x0113, transactionId, ...challenge);
  const password = createHmac("sha1", secret).update(username).digest("base64");
  const key = createHash("md5").update(`${username}:${realm}:${password}`).digest();
  const signed = createHmac("sha1", key).update(request.subarray(0, -24)).digest();
  if (!signed.equals(request.subarray(-20))) return message(0x0113, transactionId, ...challenge);
  if (refuses !== null) return message(0x0113, transactionId, failure(refuses));
  return message(0x0103, transactionId, xorAddress(0x0016, "127.0.0.1"));
}

async function relay(refuses: number | null = null): Promise<number> {
  const tcp = Bun.listen({
    hostname: "127.0.0.1",
    port: 0,
    socket: { data: (socket, bytes) => void socket.write(answer(bytes, refuses)) },
  });
  const udp = await Bun.udpSocket({
    hostname: "127.0.0.1",
    port: tcp.port,
    socket: { data: (socket, bytes, port, address) => void socket.send(answer(bytes, refuses), port, address) },
  });
  stop = () => {
    udp.close();
    tcp.stop(true);
  };
  return udp.port;
}

type RelayConfig = Parameters<typeof checkRelays>[0];
const nothing: RelayConfig = {
  STUN_URLS: [],
  TURN_URLS: [],
  TURN_SECRET: undefined,
  TURN_USERNAME: undefined,
  TURN_CREDENTIAL: undefined,
  PUBLIC_URL: undefined,
};
const found = async (config: Partial<RelayConfig>): Promise<string[]> =>
  (await checkRelays({ ...nothing, ...config })).map(({ status, text: said }) => `${status}: ${said}`);

test("a STUN server says where it sees us, a relay gives an address over UDP and TCP", async () => {
  const port = await relay();
  const urls = ["udp", "tcp"].map((transport) => `turn:127.0.0.1:${port}?transport=${transport}`);
  expect(await found({ STUN_URLS: [`stun:127.0.0.1:${port}`], TURN_URLS: urls, TURN_SECRET: secret })).toEqual([
    "ok: answers; it sees this machine as 203.0.113.9",
    "ok: relays, at 127.0.0.1",
    "ok: relays, at 127.0.0.1",
  ]);
});

test("a wrong secret, and other refusals, come with what to do", async () => {
  let port = await relay();
  const urls = () => ({ TURN_URLS: [`turn:127.0.0.1:${port}`] });
  expect(await found({ ...urls(), TURN_SECRET: `${secret}x` })).toEqual([
    "problem: refuses our credentials: is TURN_SECRET the relay's static-auth-secret, and do both clocks agree?",
  ]);
  expect(await found(urls())).toEqual([
    "ok: answers. Only who knows TURN_SECRET can ask it for an address: signaling, where services run apart",
  ]);
  stop?.();
  port = await relay(486);
  expect(await found({ ...urls(), TURN_SECRET: secret })).toEqual([
    "problem: has as many relayed connections as it may: raise its user-quota or total-quota",
  ]);
});

test("nobody there, and nothing set", async () => {
  const port = await relay();
  stop?.();
  stop = undefined;
  expect(await found({ TURN_URLS: [`turn:127.0.0.1:${port}?transport=tcp`], TURN_SECRET: secret })).toEqual([
    `problem: nothing listens at TCP port ${port} of 127.0.0.1: is coturn running?`,
  ]);
  expect(await found({})).toEqual([expect.stringMatching(/^ok: not set/)]);
  expect(await found({ PUBLIC_URL: "https://live.example" })).toEqual([expect.stringMatching(/^warning: not set/)]);
});
