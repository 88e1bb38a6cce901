import { createHash, createHmac, randomBytes } from "node:crypto";

/** STUN messages (RFC 8489) as far as a Binding and an Allocate (RFC 8656) need them. Pure but for transaction ids. */

export const messageType = {
  bindingRequest: 0x0001,
  bindingSuccess: 0x0101,
  allocateRequest: 0x0003,
  allocateSuccess: 0x0103,
  allocateError: 0x0113,
  refreshRequest: 0x0004,
} as const;

const attributeType = {
  username: 0x0006,
  messageIntegrity: 0x0008,
  errorCode: 0x0009,
  lifetime: 0x000d,
  realm: 0x0014,
  nonce: 0x0015,
  xorRelayedAddress: 0x0016,
  requestedTransport: 0x0019,
  xorMappedAddress: 0x0020,
} as const;

const magicCookie = 0x2112a442;
export const headerBytes = 20;
/** RFC 8656, 18.7: the protocol number of UDP. */
const udp = Buffer.from([17, 0, 0, 0]);

/** RFC 8489, 9.2: what a server that asks for credentials has sent, and what answers it. */
export interface LongTermCredential {
  username: string;
  password: string;
  realm: string;
  nonce: Buffer;
}

export interface StunAnswer {
  type: number;
  transactionId: Buffer;
  error: { code: number; reason: string } | null;
  realm: string | null;
  nonce: Buffer | null;
  /** Where the server sees us. */
  mappedAddress: string | null;
  /** Where the relay receives for us. */
  relayedAddress: string | null;
}

interface StunRequest {
  bytes: Buffer;
  transactionId: Buffer;
}

export const bindingRequest = (): StunRequest => encode(messageType.bindingRequest, []);

export const allocateRequest = (credential: LongTermCredential | null): StunRequest =>
  encode(messageType.allocateRequest, [attribute(attributeType.requestedTransport, udp)], credential);

/** Gives an allocation back. */
export const releaseRequest = (credential: LongTermCredential): StunRequest =>
  encode(messageType.refreshRequest, [attribute(attributeType.lifetime, Buffer.alloc(4))], credential);

function encode(type: number, attributes: Buffer[], credential: LongTermCredential | null = null): StunRequest {
  const transactionId = randomBytes(12);
  const body = [...attributes];
  if (credential !== null) {
    body.push(
      attribute(attributeType.username, Buffer.from(credential.username)),
      attribute(attributeType.realm, Buffer.from(credential.realm)),
      attribute(attributeType.nonce, credential.nonce),
    );
  }
  const header = (bodyBytes: number): Buffer => {
    const bytes = Buffer.alloc(headerBytes);
    bytes.writeUInt16BE(type, 0);
    bytes.writeUInt16BE(bodyBytes, 2);
    bytes.writeUInt32BE(magicCookie, 4);
    transactionId.copy(bytes, 8);
    return bytes;
  };
  const content = Buffer.concat(body);
  if (credential === null) return { bytes: Buffer.concat([header(content.length), content]), transactionId };
  // RFC 8489, 14.5: over all that stands before it, with a length that counts it already.
  const { username, realm, password } = credential;
  const key = createHash("md5").update(`${username}:${realm}:${password}`).digest();
  const signedBytes = Buffer.concat([header(content.length + 24), content]);
  const integrity = createHmac("sha1", key).update(signedBytes).digest();
  return { bytes: Buffer.concat([signedBytes, attribute(attributeType.messageIntegrity, integrity)]), transactionId };
}

function attribute(type: number, value: Buffer): Buffer {
  const bytes = Buffer.alloc(4 + Math.ceil(value.length / 4) * 4);
  bytes.writeUInt16BE(type, 0);
  bytes.writeUInt16BE(value.length, 2);
  value.copy(bytes, 4);
  return bytes;
}

/** Bytes of the message that these begin, the header included; null: they are no STUN, or too few to tell. */
export function messageBytes(bytes: Buffer): number | null {
  if (bytes.length < headerBytes || bytes.readUInt32BE(4) !== magicCookie) return null;
  return headerBytes + bytes.readUInt16BE(2);
}

/** A whole message; null: it is none. */
export function readAnswer(bytes: Buffer): StunAnswer | null {
  const length = messageBytes(bytes);
  if (length === null || bytes.length < length) return null;
  const answer: StunAnswer = {
    type: bytes.readUInt16BE(0),
    transactionId: bytes.subarray(8, headerBytes),
    error: null,
    realm: null,
    nonce: null,
    mappedAddress: null,
    relayedAddress: null,
  };
  for (let at = headerBytes; at + 4 <= length;) {
    const size = bytes.readUInt16BE(at + 2);
    if (at + 4 + size > length) return null;
    readAttribute(answer, bytes.readUInt16BE(at), bytes.subarray(at + 4, at + 4 + size));
    at += 4 + Math.ceil(size / 4) * 4;
  }
  return answer;
}

function readAttribute(answer: StunAnswer, type: number, value: Buffer): void {
  if (type === attributeType.errorCode && value.length >= 4) {
    answer.error = { code: value.readUInt8(2) * 100 + value.readUInt8(3), reason: value.toString("utf8", 4, 132) };
  } else if (type === attributeType.realm) {
    answer.realm = value.toString("utf8");
  } else if (type === attributeType.nonce) {
    answer.nonce = value;
  } else if (type === attributeType.xorMappedAddress) {
    answer.mappedAddress = xorAddress(value, answer.transactionId);
  } else if (type === attributeType.xorRelayedAddress) {
    answer.relayedAddress = xorAddress(value, answer.transactionId);
  }
}

/** RFC 8489, 14.2. */
function xorAddress(value: Buffer, transactionId: Buffer): string | null {
  const mask = Buffer.alloc(16);
  mask.writeUInt32BE(magicCookie, 0);
  transactionId.copy(mask, 4);
  const isV6 = value.length === 20 && value[1] === 2;
  if (!isV6 && (value.length !== 8 || value[1] !== 1)) return null;
  const plain = value.subarray(4).map((byte, i) => byte ^ (mask[i] ?? 0));
  if (!isV6) return plain.join(".");
  const groups = Array.from({ length: 8 }, (_, i) =>
    (((plain[2 * i] ?? 0) << 8) | (plain[2 * i + 1] ?? 0)).toString(16),
  );
  return new URL(`http://[${groups.join(":")}]`).hostname.slice(1, -1);
}
