import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { newId, problem, problemBody, VERSION } from '../platform/index.ts';

/** What answers while the server starts. */
export interface StartingPage {
  /** The port that it holds. */
  readonly port: number;
  /** Gives the port away. */
  close(): Promise<void>;
}

const NOT_YET = {
  ready: false,
  database: 'starting',
  livekit: 'starting',
  livekitClock: 'ok',
  version: VERSION,
} as const;

/** No Retry-After, on purpose: LiveKit would obey it and hold back a room's webhooks. */
const PAGE = `<!doctype html><meta charset="utf-8"><meta http-equiv="refresh" content="2"><title>Latido</title>
<body style="font:16px/1.5 system-ui;max-width:36rem;margin:15vh auto;padding:0 1rem">
<h1>Latido is starting</h1><p>The terminal says how far it is. This page comes back by itself.</p>`;

/**
 * Takes the port before anything is opened, holds it until the server listens, and answers 503 meanwhile: a first start
 * may build a media server for minutes, and whoever waits at `/readyz` or in a browser learns that it is coming.
 *
 * @throws what listening throws, e.g. EADDRINUSE
 */
export function openStartingPage({ port, host }: { port: number; host: string }): Promise<StartingPage> {
  const server = createServer(answer);
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      const close = (): Promise<void> =>
        new Promise((done) => {
          server.close(() => done());
          server.closeAllConnections();
        });
      resolve({ port: (server.address() as AddressInfo).port, close });
    });
  });
}

function answer({ url = '/', headers }: IncomingMessage, response: ServerResponse): void {
  const say = (type: string, body: string): void => {
    response.writeHead(503, { 'content-type': type, 'cache-control': 'no-store', connection: 'close' });
    response.end(body);
  };
  if (/^\/readyz(\?|$)/.test(url)) return say('application/json; charset=utf-8', JSON.stringify(NOT_YET));
  if (/text\/html/.test(headers.accept ?? '')) return say('text/html; charset=utf-8', PAGE);
  const seen = problem('server.starting', 'The server is starting. Try again in a moment.');
  say('application/problem+json; charset=utf-8', JSON.stringify(problemBody(seen, newId('request'))));
}
