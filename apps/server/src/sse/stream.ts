import { randomInt } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { INBOX_RESET, type Notice } from '@latido/protocol';
import type { ChannelEvent, DoorFigure, Subscriber } from '../realtime/index.ts';
import type { Owner } from './tickets.ts';

/** What a client may leave unread before it is let go. The inbox makes that safe: it comes back with its cursor. */
const WAITING_BYTES_MAX = 1024 * 1024;
/** A browser comes back after so long, each after another time: all of them together would be a stampede. */
const RETRY_MS = { from: 500, to: 4_000 };
/** How long a stream lives: proxies end older ones without a word. */
const LIFE_MS = { from: 25 * 60_000, to: 35 * 60_000 };

/** One client of one inbox: an `EventSource`, or a fetch that reads on. */
export class Stream implements Subscriber {
  readonly channels = new Set<string>();
  readonly socketId: string;
  readonly owner: Owner;
  /** When it is ended, by the monotonic clock. */
  readonly endsAt: number;
  readonly #response: ServerResponse;
  readonly #figure: DoorFigure;

  constructor(of: {
    socketId: string;
    owner: Owner;
    response: ServerResponse;
    now: number;
    figure: DoorFigure;
  }) {
    this.socketId = of.socketId;
    this.owner = of.owner;
    this.endsAt = of.now + randomInt(LIFE_MS.from, LIFE_MS.to);
    this.#response = of.response;
    this.#figure = of.figure;
  }

  get isOpen(): boolean {
    return this.#response.writable && !this.#response.writableEnded;
  }

  /** The first bytes, so that a client knows at once that it is connected. */
  open(): void {
    this.#write(`retry: ${randomInt(RETRY_MS.from, RETRY_MS.to)}\n: welcome\n\n`);
  }

  /** Notices, each under its cursor: a browser sends the last one back as `Last-Event-ID`. */
  notices(notices: readonly Notice[]): void {
    this.#figure.delivered += notices.length;
    this.#write(
      notices.map((notice) => block({ id: notice.cursor, event: notice.type, data: notice })).join(''),
    );
  }

  /** Something may be missing; it goes on from this cursor. */
  lost(cursor: string): void {
    this.#write(block({ id: cursor, event: INBOX_RESET, data: { cursor } }));
  }

  /** What is live in the inbox's channel and no notice: without an id, it is not repeated. */
  deliver(event: ChannelEvent): void {
    if (event.kind !== 'event') return;
    this.#figure.delivered += 1;
    this.#write(block({ event: event.event, data: event.data }));
  }

  /** A comment keeps proxies from closing it; the event lets a page see that the line is alive. */
  beat(): void {
    this.#write(': hb\nevent: hb\ndata: {}\n\n');
  }

  end(): void {
    this.#response.end();
  }

  #write(text: string): void {
    if (text === '' || !this.isOpen) return;
    if (this.#response.writableLength + text.length <= WAITING_BYTES_MAX)
      return void this.#response.write(text);
    this.#figure.dropped('slow');
    this.#response.destroy();
  }
}

/** One event of the stream. JSON has no line breaks outside of what it escapes. */
function block({ id, event, data }: { id?: string; event: string; data: unknown }): string {
  const text = typeof data === 'string' ? data.replaceAll(/\r\n|\r|\n/g, '\ndata: ') : JSON.stringify(data);
  const name = event.replaceAll(/[\r\n]/g, ' ');
  return `${id === undefined ? '' : `id: ${id}\n`}event: ${name}\ndata: ${text}\n\n`;
}
