import { EVENT_DATA_BYTES_MAX } from '@latido/protocol';
import { isTooDeep } from '../platform/index.ts';
import { nameForClients } from './apps.ts';
import { inboxOwner, isEncrypted, kindOf, type Subscriber } from './channel.ts';

/** What one client says to the others of a channel. */
export interface ClientEvent {
  readonly channel: string;
  readonly event: string;
  /** As text, JSON where it was an object. */
  readonly text: string;
}

/** What a client says, as JSON; null where it lies too deep to be written. */
export function jsonOf(data: unknown): string | null {
  return isTooDeep(data) ? null : JSON.stringify(data ?? null);
}

/** Why a client may not say this to the others, in words; null when it may. */
export function refusedBecause(subscriber: Subscriber, { channel, event, text }: ClientEvent): string | null {
  if (!isOfClient(event)) return 'clients send pusher:… and client-… only';
  const kind = kindOf(nameForClients(channel));
  if (!subscriber.channels.has(channel) || (kind !== 'private' && kind !== 'presence')) {
    return 'only members of a private or presence channel may send';
  }
  if (isEncrypted(channel)) return 'on an encrypted channel servers send only';
  if (Buffer.byteLength(text) > EVENT_DATA_BYTES_MAX) return 'data is larger than 10 KB';
  return inboxOwner(channel) === null ? null : 'an inbox takes acknowledgements only';
}

/** Whether an event is a client's by its name. */
export function isOfClient(event: string): boolean {
  return event.startsWith('client-');
}

/** Counts what happens within a second of a clock. */
export class PerSecond {
  readonly #max: number;
  #second = 0;
  #count = 0;

  constructor(max: number) {
    this.#max = max;
  }

  /** Whether one more is within the limit of this second. */
  take(monotonicMs: number): boolean {
    const second = Math.floor(monotonicMs / 1000);
    if (this.#second !== second) [this.#second, this.#count] = [second, 0];
    return ++this.#count <= this.#max;
  }
}
