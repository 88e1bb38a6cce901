/** Writes ISO base media boxes (ISO/IEC 14496-12 4.2) into one growing buffer. Big-endian. */
export class BoxWriter {
  #bytes: Uint8Array;
  #view: DataView;
  #length = 0;

  constructor(capacityBytes = 1024) {
    this.#bytes = new Uint8Array(capacityBytes);
    this.#view = new DataView(this.#bytes.buffer);
  }

  get length(): number {
    return this.#length;
  }

  /** What was written so far: a view, not a copy. */
  finish(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  /** A box: size, four-character type, then what `content` writes. */
  box(type: string, content: () => void): void {
    const start = this.#length;
    this.u32(0).ascii(type);
    content();
    this.#view.setUint32(start, this.#length - start);
  }

  /** A FullBox: as a box, with version and 24-bit flags. */
  fullBox(type: string, version: number, flags: number, content: () => void): void {
    this.box(type, () => {
      this.u32(version * 0x1000000 + flags);
      content();
    });
  }

  u8(...values: number[]): this {
    for (const value of values) this.#view.setUint8(this.#reserve(1), value);
    return this;
  }

  u16(...values: number[]): this {
    for (const value of values) this.#view.setUint16(this.#reserve(2), value);
    return this;
  }

  u32(...values: number[]): this {
    for (const value of values) this.#view.setUint32(this.#reserve(4), value);
    return this;
  }

  i32(value: number): this {
    this.#view.setInt32(this.#reserve(4), value);
    return this;
  }

  /** A non-negative integer up to 2^53 as 64 bits. */
  u64(value: number): this {
    return this.u32(Math.floor(value / 0x1_0000_0000), value % 0x1_0000_0000);
  }

  ascii(text: string): this {
    for (let i = 0; i < text.length; i++) this.u8(text.charCodeAt(i));
    return this;
  }

  bytes(data: Uint8Array): this {
    const at = this.#reserve(data.length);
    this.#bytes.set(data, at);
    return this;
  }

  zeros(count: number): this {
    this.#reserve(count);
    return this;
  }

  /** Overwrites a 32-bit value written before. */
  patchU32(at: number, value: number): void {
    this.#view.setUint32(at, value);
  }

  #reserve(count: number): number {
    const at = this.#length;
    this.#length += count;
    if (this.#length > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(this.#length, this.#bytes.length * 2));
      grown.set(this.#bytes);
      this.#bytes = grown;
      this.#view = new DataView(grown.buffer);
    }
    return at;
  }
}
