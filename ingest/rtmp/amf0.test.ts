import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { ByteReader, MalformedError } from "../media/byte-reader.ts";
import { type Amf0Value, readAmf0, readCommand, writeAmf0 } from "./amf0.ts";

const read = (bytes: Uint8Array) => readAmf0(new ByteReader(bytes));
const hex = (text: string) => Buffer.from(text.replaceAll(" ", ""), "hex");

describe("AMF0", () => {
  test.each<[string, Amf0Value]>([
    ["00 3ff8000000000000", 1.5],
    ["01 01", true],
    ["02 0003 e282ac", "€"],
    ["05", null],
    ["06", undefined],
    ["0a 00000002 05 01 00", [null, false]],
    ["03 0001 61 02 0001 62 0000 09", new Map([["a", "b"]])],
  ])("%s, both ways", (bytes, value) => {
    expect(read(hex(bytes))).toEqual(value);
    expect(writeAmf0(value).toString("hex")).toBe(hex(bytes).toString("hex"));
  });

  test.each<[string, string, Amf0Value]>([
    ["an ECMA array", "08 00000009 0001 61 05 0000 09", new Map([["a", null]])],
    ["a typed object", "10 0001 58 0001 61 05 0000 09", new Map([["a", null]])],
    ["a long string", "0c 00000002 6869", "hi"],
    ["a date", "0b 4024000000000000 0000", 10],
    ["a reference", "07 0001", undefined],
    ["an empty name inside", "03 0000 05 0000 09", new Map([["", null]])],
  ])("%s is read", (_, bytes, value) => {
    expect(read(hex(bytes))).toEqual(value);
  });

  test.each([
    ["nothing", ""],
    ["a number cut short", "00 3ff8"],
    ["an object without an end", "03 0001 61 05"],
    ["a strict array of 2^32 - 1", "0a ffffffff 05"],
    ["AMF3 inside", "11 01"],
    ["objects in objects", "03 0001 61".repeat(100)],
  ])("%s is refused", (_, bytes) => {
    expect(() => read(hex(bytes))).toThrow(MalformedError);
  });

  test("what follows an ECMA array is not lost", () => {
    const body = Buffer.concat([writeAmf0("connect", 1), hex("08 00000001 0001 61 05 0000 09"), writeAmf0("behind")]);
    expect(readCommand(body)).toEqual({ name: "connect", values: [1, new Map([["a", null]]), "behind"] });
  });

  test("what is written is read back, and noise never does worse than MalformedError", () => {
    const value: fc.Arbitrary<Amf0Value> = fc.letrec<{ value: Amf0Value }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        fc.double({ noNaN: true }),
        fc.boolean(),
        fc.string({ unit: "grapheme" }),
        fc.constant(null),
        fc.constant(undefined),
        fc.array(tie("value"), { maxLength: 4 }),
        fc.array(fc.tuple(fc.string(), tie("value")), { maxLength: 4 }).map((entries) => new Map(entries)),
      ),
    })).value;
    fc.assert(
      fc.property(value, (one) => expect(read(writeAmf0(one))).toEqual(one)),
      { numRuns: 200 },
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (noise) => {
        try {
          readCommand(noise);
        } catch (error) {
          expect(error).toBeInstanceOf(MalformedError);
        }
      }),
      { numRuns: 1000 },
    );
  });
});
