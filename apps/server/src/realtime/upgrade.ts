import type { IncomingMessage, Server } from 'node:http';
import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { FRAME_BYTES_MAX } from '@latido/protocol';
import type { AppError, Log } from '../platform/index.ts';
import { newId, problem, problemBody } from '../platform/index.ts';
import type { Gateway } from './gateway.ts';
import type { PresenceDoor } from './ports.ts';

/** Which pages may open sockets. Clients that are no browsers send no origin. */
export interface OriginRule {
  readonly origins: readonly string[];
  /** In development every page of this machine may. */
  readonly development: boolean;
}

/** What the router needs. */
export interface UpgradeDeps {
  readonly server: Server;
  readonly gateway: Gateway;
  readonly presence: PresenceDoor | undefined;
  readonly rule: OriginRule;
  readonly log: Log;
}

/** The only listener of `upgrade` on this server: each path has one door, every other path is a 404 on the socket. */
export function routeUpgrades(deps: UpgradeDeps): () => void {
  const options = {
    noServer: true,
    perMessageDeflate: false,
    maxPayload: FRAME_BYTES_MAX,
    clientTracking: false,
  };
  const sockets = new WebSocketServer(options);
  const route = (request: IncomingMessage, stream: Duplex, head: Buffer): void => {
    // A client may vanish before its socket has a listener of its own.
    stream.on('error', () => stream.destroy());
    open({ ...deps, sockets }, { request, stream, head }).catch((error: unknown) => {
      deps.log.error({ err: error }, 'an upgrade failed');
      refuse(stream, 500);
    });
  };
  deps.server.on('upgrade', route);
  return () => deps.server.off('upgrade', route);
}

interface Upgrade {
  readonly request: IncomingMessage;
  readonly stream: Duplex;
  readonly head: Buffer;
}

async function open(deps: UpgradeDeps & { sockets: WebSocketServer }, upgrade: Upgrade): Promise<void> {
  const { request, stream, head } = upgrade;
  const url = new URL(request.url ?? '/', 'http://here');
  const key = /^\/app\/([^/]+)$/.exec(url.pathname)?.[1];
  const isPresence = url.pathname === '/api/v1/presence' && deps.presence !== undefined;
  if (key === undefined && !isPresence) return refuse(stream, 404);
  if (!isOriginAllowed(request.headers, deps.rule)) return refuse(stream, 403);
  if (key !== undefined) {
    const protocol = url.searchParams.get('protocol');
    return deps.sockets.handleUpgrade(request, stream, head, (socket) =>
      deps.gateway.accept(socket, { stream, key: decode(key), protocol }),
    );
  }
  const claims = await deps.presence?.readTicket(url.searchParams.get('ticket') ?? '');
  if (claims === null || claims === undefined) return refuse(stream, 401);
  deps.sockets.handleUpgrade(request, stream, head, (socket) => {
    socket.on('error', () => undefined);
    deps.presence?.accept(socket, claims as never, request);
  });
}

/** Whether a page of this origin may open a socket: on the list, the same host, or this machine in development. */
export function isOriginAllowed(
  { origin, host }: { origin?: string | undefined; host?: string | undefined },
  { origins, development }: OriginRule,
): boolean {
  if (origin === undefined || origins.includes(origin)) return true;
  if (!URL.canParse(origin)) return false;
  const from = new URL(origin);
  return from.host === host || (development && ['localhost', '127.0.0.1', '[::1]'].includes(from.hostname));
}

const REFUSALS: Readonly<Record<number, AppError>> = {
  401: problem(
    'auth.required',
    'The ticket is none of ours, or too old: ask for a token, which brings a new one.',
  ),
  403: problem(
    'auth.origin_refused',
    'A page of this origin may open no socket. LATIDO_ORIGINS lists who may.',
  ),
  404: problem('route.not_found', 'There is no socket at this address.'),
};

function refuse(stream: Duplex, status: number): void {
  const seen = REFUSALS[status] ?? problem('internal.unexpected', 'The socket could not be opened.');
  const requestId = newId('request');
  const body = JSON.stringify(problemBody(seen, requestId));
  const head = [
    `HTTP/1.1 ${seen.status} ${STATUS_CODES[seen.status] ?? ''}`,
    'Connection: close',
    'Content-Type: application/problem+json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    `X-Request-Id: ${requestId}`,
  ];
  stream.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
