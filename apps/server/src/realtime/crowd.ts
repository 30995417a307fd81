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
    const address = addressKey(this.#addressOf(request));
    if (/^127\.|^0:0:0:0::\/64$/.test(address)) return true;
    const open = this.#open.get(address) ?? 0;
    if (open >= this.#max) return false;
    this.#open.set(address, open + 1);
    stream.once('close', () => this.#gone(address));
    return true;
  }

  #gone(address: string): void {
    const open = (this.#open.get(address) ?? 1) - 1;
    if (open > 0) this.#open.set(address, open);
    else this.#open.delete(address);
  }
}
