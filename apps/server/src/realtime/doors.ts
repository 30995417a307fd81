import type { IncomingMessage, Server } from 'node:http';
import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import { WebSocketServer } from 'ws';
import { FRAME_BYTES_MAX } from '@latido/protocol';
import type { AppError, Log } from '../platform/index.ts';
import { newId, problem, problemBody } from '../platform/index.ts';
import type { Crowd } from './crowd.ts';

/** Which pages may open sockets. Clients that are no browsers send no origin. */
export interface OriginRule {
  readonly origins: readonly string[];
  /** In development every page of this machine may. */
  readonly development: boolean;
}

/** Takes a socket over, once it was upgraded. */
export type Enter = (socket: WebSocket, stream: Duplex) => void;

/** A row in the table of doors: which upgrades it takes, and what becomes of them. */
export type Door = {
  readonly path: RegExp;
} & (
  | {
      /** Lets somebody in, or says with which status they are refused. Groups of `path` come as `matched`. */
      open(asked: { readonly url: URL; readonly matched: readonly string[] }): Enter | 401 | 404;
      /** Bytes of a frame, at most; default: as Pusher's protocol has it. */
      readonly frameBytesMax?: number;
    }
  | {
      /** Does the upgrade itself: for a library that speaks its protocol from the first byte. It counts whom it lets in (`crowd`). */
      takeOver(upgrade: Upgrade): void;
      /** Whether this is the socket of somebody who is counted already. */
      goesOn(url: URL): boolean;
      /** Whether the library takes the version that is asked for: it would refuse another one in the middle of a socket. */
      speaks(url: URL): boolean;
    }
);

/** An upgrade as Node gives it; nothing was answered yet. */
export interface Upgrade {
  readonly request: IncomingMessage;
  readonly stream: Duplex;
  readonly head: Buffer;
}

/** What RFC 6455 has for a server that cannot go on. */
const FAILED = 1011;

/** The only listener of `upgrade` on this server: each path has one door, every other path is a 404 on the socket. */
export class Doors {
  readonly #table: Door[] = [];
  readonly #deps: { server: Server; rule: OriginRule; crowd: Crowd; log: Log };
  readonly #sockets = new Map<Door, WebSocketServer>();
  readonly #route = (request: IncomingMessage, stream: Duplex, head: Buffer): void => {
    // A client may vanish before its socket has a listener of its own.
    stream.on('error', () => stream.destroy());
    try {
      this.#open({ request, stream, head });
    } catch (error) {
      this.#deps.log.error({ err: error }, 'an upgrade failed');
      refuse(stream, 500);
    }
  };

  constructor(deps: { server: Server; rule: OriginRule; crowd: Crowd; log: Log }) {
    this.#deps = deps;
    deps.server.on('upgrade', this.#route);
  }

  /** Puts a door up. */
  add(door: Door): void {
    this.#table.push(door);
    const maxPayload = ('frameBytesMax' in door ? door.frameBytesMax : undefined) ?? FRAME_BYTES_MAX;
    const settings = { noServer: true, perMessageDeflate: false, clientTracking: false };
    this.#sockets.set(door, new WebSocketServer({ ...settings, maxPayload }));
  }

  /** Who is here of each address; for doors that count by themselves. */
  get crowd(): Crowd {
    return this.#deps.crowd;
  }

  close(): void {
    this.#deps.server.off('upgrade', this.#route);
  }

  #open({ request, stream, head }: Upgrade): void {
    const url = new URL(request.url ?? '/', 'http://here');
    const door = this.#table.find(({ path }) => path.test(url.pathname));
    if (door === undefined) return refuse(stream, 404);
    if (!isOriginAllowed(request.headers, this.#deps.rule)) return refuse(stream, 403);
    const { crowd } = this.#deps;
    if ('takeOver' in door) {
      if (!door.speaks(url)) return refuse(stream, 400);
      if (!door.goesOn(url) && !crowd.hasRoom(request)) return refuse(stream, 429);
      return door.takeOver({ request, stream, head });
    }
    if (!crowd.takes(request, stream)) return refuse(stream, 429);
    const [, ...matched] = door.path.exec(url.pathname) ?? [];
    const enter = door.open({ url, matched: matched.map(decode) });
    if (typeof enter === 'number') return refuse(stream, enter);
    this.#sockets.get(door)?.handleUpgrade(request, stream, head, (socket) => {
      // ws says why it closes (a frame too large, text that is no UTF-8) as an error first.
      socket.on('error', () => undefined);
      this.#letIn(enter, socket, stream);
    });
  }

  /** From here on only frames may be written: what fails is no answer of HTTP any more. */
  #letIn(enter: Enter, socket: WebSocket, stream: Duplex): void {
    try {
      enter(socket, stream);
    } catch (error) {
      this.#deps.log.error({ err: error }, 'a socket could not be let in');
      socket.close(FAILED, 'the server failed');
    }
  }
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

/** Told to an address that has no room for one more. */
export const TOO_MANY_SOCKETS =
  'Your address has too many sockets open. LATIDO_SOCKETS_PER_ADDRESS says how many it may have.';

const REFUSALS: Readonly<Record<number, AppError>> = {
  400: problem(
    'request.invalid',
    'querystring.EIO: 4 is spoken here (Socket.IO 3 and 4). LATIDO_SOCKET_IO_EIO3=1 takes clients of version 2, too.',
  ),
  401: problem(
    'auth.required',
    'The ticket is none of ours, or too old: ask for a token, which brings a new one.',
  ),
  403: problem(
    'auth.origin_refused',
    'A page of this origin may open no socket. LATIDO_ORIGINS lists who may.',
  ),
  404: problem('route.not_found', 'There is no socket at this address.'),
  429: problem('request.rate_limited', TOO_MANY_SOCKETS),
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
