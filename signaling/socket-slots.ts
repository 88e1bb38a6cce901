/** Bounds the sockets of each address. */
export class SocketSlots {
  readonly #perAddress: number;
  readonly #taken = new Map<string, number>();

  constructor(perAddress: number) {
    this.#perAddress = perAddress;
  }

  hasRoom(address: string): boolean {
    return (this.#taken.get(address) ?? 0) < this.#perAddress;
  }

  take(address: string): void {
    this.#taken.set(address, (this.#taken.get(address) ?? 0) + 1);
  }

  giveBack(address: string): void {
    const left = (this.#taken.get(address) ?? 1) - 1;
    if (left > 0) this.#taken.set(address, left);
    else this.#taken.delete(address);
  }
}
