import { ByteReader, MalformedError } from "../media/byte-reader.ts";

/** Objects are Maps, so that a key named `__proto__` is a key like any other. */
export type Amf0Value = number | boolean | string | null | undefined | Amf0Value[] | Map<string, Amf0Value>;

const depthLimit = 16;
const maxStringBytes = 0xffff;

/** Reads one AMF0 value (Action Message Format 0, section 2) nested at most 16 deep. Throws MalformedError. */
export function readAmf0(reader: ByteReader, depth = 0): Amf0Value {
  return readMarked(reader, reader.u8(), depth);
}

/**
 * Reads a command message (RTMP 7.2.1): its name and at most four values after it, since nothing a publisher says has
 * more. Throws MalformedError.
 */
export function readCommand(body: Uint8Array): { name: string; values: Amf0Value[] } {
  const reader = new ByteReader(body);
  const name = readAmf0(reader);
  if (typeof name !== "string") throw new MalformedError("a command without a name");
  const values: Amf0Value[] = [];
  while (reader.remaining > 0 && values.length < 4) values.push(readAmf0(reader));
  return { name, values };
}

function readMarked(reader: ByteReader, marker: number, depth: number): Amf0Value {
  if (depth > depthLimit) throw new MalformedError("AMF0 nested too deep");
  switch (marker) {
    case 0x00:
      return reader.f64();
    case 0x01:
      return reader.u8() !== 0;
    case 0x02:
      return readString(reader, reader.u16());
    case 0x03:
      return readProperties(reader, depth);
    case 0x05:
      return null;
    case 0x06: // undefined
    case 0x0d: // unsupported
      return undefined;
    case 0x07: // a reference: nobody's commands need what it points to
      reader.u16();
      return undefined;
    case 0x08: // an ECMA array; its count is only a hint
      reader.u32();
      return readProperties(reader, depth);
    case 0x0a:
      return readStrictArray(reader, depth);
    case 0x0b: {
      const timeMs = reader.f64();
      reader.u16(); // time zone, reserved
      return timeMs;
    }
    case 0x0c: // long string
    case 0x0f: // XML document
      return readString(reader, reader.u32());
    case 0x10: // typed object: its class name, then as an object
      readString(reader, reader.u16());
      return readProperties(reader, depth);
    default:
      throw new MalformedError(`AMF0 marker ${marker}`);
  }
}

function readProperties(reader: ByteReader, depth: number): Map<string, Amf0Value> {
  const properties = new Map<string, Amf0Value>();
  for (;;) {
    const name = readString(reader, reader.u16());
    const marker = reader.u8();
    if (marker === 0x09 && name === "") return properties;
    properties.set(name, readMarked(reader, marker, depth + 1));
  }
}

function readStrictArray(reader: ByteReader, depth: number): Amf0Value[] {
  const count = reader.u32();
  if (count > reader.remaining) throw new MalformedError("a strict array longer than its message");
  const values: Amf0Value[] = [];
  for (let i = 0; i < count; i++) values.push(readAmf0(reader, depth + 1));
  return values;
}

function readString(reader: ByteReader, length: number): string {
  return Buffer.from(reader.bytes(length)).toString("utf8");
}

/**
 * Writes values one after another. The package's own encoder counts a string's characters where bytes are meant, so it
 * breaks on any message that is not ASCII. Strings of more than 65 535 bytes throw RangeError.
 */
export function writeAmf0(...values: Amf0Value[]): Buffer {
  return Buffer.concat(values.flatMap(writeValue));
}

function writeValue(value: Amf0Value): Uint8Array[] {
  if (value === undefined) return [Uint8Array.of(0x06)];
  if (value === null) return [Uint8Array.of(0x05)];
  if (typeof value === "boolean") return [Uint8Array.of(0x01, value ? 1 : 0)];
  if (typeof value === "string") return [Uint8Array.of(0x02), writeName(value)];
  if (typeof value === "number") {
    const bytes = Buffer.alloc(9);
    bytes.writeDoubleBE(value, 1);
    return [bytes];
  }
  if (Array.isArray(value)) {
    const head = Buffer.alloc(5, 0x0a);
    head.writeUInt32BE(value.length, 1);
    return [head, ...value.flatMap(writeValue)];
  }
  const properties = [...value].flatMap(([name, property]) => [writeName(name), ...writeValue(property)]);
  return [Uint8Array.of(0x03), ...properties, Uint8Array.of(0, 0, 0x09)];
}

function writeName(text: string): Buffer {
  const bytes = Buffer.from(text, "utf8");
  if (bytes.length > maxStringBytes) throw new RangeError("an AMF0 string of more than 65 535 bytes");
  const head = Buffer.alloc(2);
  head.writeUInt16BE(bytes.length);
  return Buffer.concat([head, bytes]);
}
