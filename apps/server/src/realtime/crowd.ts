import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { addressKey, clientAddress } from '../platform/index.ts';

/**
 * How many sockets each address has open, by whichever door. This machine is not counted: there stands a proxy whose
 * word nobody told us to believe, or an operator.
 */
export class Crowd {
  readonly #open = new Map<string, number>();
  readonly #max: number;
  readonly #addressOf: (request: IncomingMessage) => string;

  constructor({ trustProxy, max }: { trustProxy: readonly string[]; max: number }) {
    this.#max = max;
    this.#addressOf = clientAddress(trustProxy);
  }

  /** Counts a socket until it is closed. False: this address has too many. */
  takes(request: IncomingMessage, stream: Duplex): boolean {
    const leave = this.enter(request);
    if (leave === null) return false;
    stream.once('close', leave);
    return true;
  }

  /** Whether this address may have one more. */
  hasRoom(request: IncomingMessage): boolean {
    const address = this.#countedAddress(request);
    return address === null || (this.#open.get(address) ?? 0) < this.#max;
  }

  /** Counts somebody until they leave, by what is returned. Null: this address has too many. */
  enter(request: IncomingMessage): (() => void) | null {
    const address = this.#countedAddress(request);
    if (address === null) return () => undefined;
    const open = this.#open.get(address) ?? 0;
    if (open >= this.#max) return null;
    this.#open.set(address, open + 1);
    let isIn = true;
    return () => {
      if (isIn) this.#gone(address);
      isIn = false;
    };
  }

  #countedAddress(request: IncomingMessage): string | null {
    const address = addressKey(this.#addressOf(request));
    return /^127\.|^0:0:0:0::\/64$/.test(address) ? null : address;
  }

  #gone(address: string): void {
    const open = (this.#open.get(address) ?? 1) - 1;
    if (open > 0) this.#open.set(address, open);
    else this.#open.delete(address);
  }
}
