import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyRequest } from 'fastify';
import type { ErrorCode } from '@latido/protocol';
import { AppError } from './errors.ts';
import { newId } from './ids.ts';
import { problemBody } from './problems.ts';

/** A request that was answered where no hook of a route sees it: an address that cannot be decoded, a body that came late. */
export interface EarlyRefusal {
  readonly request: FastifyRequest;
  readonly status: number;
}

/** Told of each {@link EarlyRefusal}; `onResponse` is not. */
export type EarlyRefusalListener = (refusal: EarlyRefusal) => void;

declare module 'fastify' {
  interface FastifyInstance {
    /** Who wants to know of requests that are answered before any route. */
    readonly earlyRefusalListeners: Set<EarlyRefusalListener>;
  }
}

/** What of a body that is too large is still read. */
const REST_BYTES_MAX = 32 * 1024 * 1024;
const REST_WITHIN_MS = 10_000;

/**
 * Reads the rest of a body that nobody wants, within bounds. Who is still sending when the connection closes sees a
 * broken pipe and never the answer.
 */
export function takeTheRest(request: IncomingMessage): Promise<void> {
  if (request.readableEnded || request.destroyed) return Promise.resolve();
  return new Promise((resolve) => {
    let bytes = 0;
    const count = (chunk: Buffer): void => {
      bytes += chunk.length;
      if (bytes > REST_BYTES_MAX) done();
    };
    const done = (): void => {
      clearTimeout(timer);
      request.off('data', count).off('end', done).off('close', done).off('error', done);
      resolve();
    };
    const timer = setTimeout(done, REST_WITHIN_MS);
    request.on('data', count).once('end', done).once('close', done).once('error', done);
    request.resume();
  });
}

const UNPARSED: Readonly<Record<string, { code: ErrorCode; detail: string }>> = {
  ERR_HTTP_REQUEST_TIMEOUT: { code: 'request.timeout', detail: 'The request did not arrive in time.' },
  HPE_HEADER_OVERFLOW: {
    code: 'request.headers_too_large',
    detail: 'Address and headers together are over 16 KiB.',
  },
};

/** Answers what is no HTTP at all, or has headers beyond all bounds: no route and no hook ever sees it. */
export function refuseUnparsed(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  const { code, detail } = UNPARSED[error.code ?? ''] ?? {
    code: 'request.invalid',
    detail: 'This is no HTTP request that can be read.',
  };
  const seen = new AppError(code, detail);
  const requestId = newId('request');
  const body = JSON.stringify(problemBody(seen, requestId));
  if (socket.writable) {
    const head = [
      `HTTP/1.1 ${seen.status} ${seen.status === 400 ? 'Bad Request' : 'Refused'}`,
      'content-type: application/problem+json; charset=utf-8',
      `content-length: ${Buffer.byteLength(body)}`,
      `x-request-id: ${requestId}`,
      'connection: close',
    ];
    socket.write(`${head.join('\r\n')}\r\n\r\n${body}`);
  }
  socket.destroySoon();
}
