import { connect } from 'node:net';
import type { Socket } from 'node:net';
import type { Prepared } from './bodies.ts';

/** What a run has brought. */
export interface LoadResult {
  /** Ids that were answered with 200. */
  readonly acknowledged: string[];
  readonly refused: number;
  readonly tookMs: number;
  /** Milliseconds from a request to its answer, sorted. */
  readonly latenciesMs: number[];
}

/** What {@link runLoad} does. */
export interface LoadOptions {
  readonly url: string;
  readonly connections: number;
  readonly prepared: Iterator<Prepared>;
  readonly forMs: number;
}

/**
 * Sends webhooks over so many kept connections, one at a time on each, until the time is over. Raw sockets: the load
 * must not cost more than what it measures. A connection that breaks ends; the others go on.
 */
export async function runLoad({ url, connections, prepared, forMs }: LoadOptions): Promise<LoadResult> {
  const { hostname, port } = new URL(url);
  const startedAt = performance.now();
  const untilAt = startedAt + forMs;
  const acknowledged: string[] = [];
  const latenciesMs: number[] = [];
  let refused = 0;
  const one = async (): Promise<void> => {
    const socket = connect(Number(port), hostname);
    socket.setNoDelay(true);
    try {
      while (performance.now() < untilAt) {
        const next = prepared.next();
        if (next.done) throw new Error('too few webhooks were prepared for this run');
        const sentAt = performance.now();
        const status = await ask(socket, next.value.request);
        if (status === null) return;
        latenciesMs.push(performance.now() - sentAt);
        if (status === 200) acknowledged.push(next.value.id);
        else refused += 1;
      }
    } finally {
      socket.destroy();
    }
  };
  await Promise.all(Array.from({ length: connections }, one));
  latenciesMs.sort((a, b) => a - b);
  return { acknowledged, refused, tookMs: performance.now() - startedAt, latenciesMs };
}

/** The status of the answer; null when the connection broke. */
function ask(socket: Socket, request: Buffer): Promise<number | null> {
  return new Promise((resolve) => {
    let text = '';
    const done = (status: number | null): void => {
      socket.off('data', read);
      socket.off('close', broken);
      socket.off('error', broken);
      resolve(status);
    };
    const broken = (): void => done(null);
    const read = (part: Buffer): void => {
      text += part.toString('latin1');
      const end = text.indexOf('\r\n\r\n');
      if (end === -1) return;
      const length = Number(/content-length: (\d+)/i.exec(text)?.[1] ?? 0);
      const chunked = /transfer-encoding: chunked/i.test(text);
      if (chunked ? !text.endsWith('0\r\n\r\n') : text.length < end + 4 + length) return;
      done(Number(text.slice(9, 12)));
    };
    socket.on('data', read);
    socket.once('close', broken);
    socket.once('error', broken);
    if (socket.destroyed) broken();
    else socket.write(request);
  });
}
