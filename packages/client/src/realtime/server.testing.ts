/** For tests only: a server with the two doors of an inbox, over real sockets. */
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Notice } from '@latido/protocol';
import { WebSocketServer, type WebSocket as ServerSocket } from 'ws';
import type { Timing } from './timing.ts';

/** Waits that a test has patience for. */
export const QUICK: Timing = {
  quietMs: 10_000,
  pollEveryMs: 5,
  streamQuietMs: 10_000,
  heldMs: 0,
  retryMs: 20,
  soonMs: 20,
  backoffScale: 0.01,
  ackMs: 1,
};

interface SaidByClient {
  readonly event: string;
  readonly channel?: string;
  readonly data: { readonly channel?: string; readonly channel_data?: string };
}

/** One inbox, served by socket and by polling, in as few words as the client needs. */
export class SmallServer {
  readonly notices: Notice[] = [];
  readonly sockets = new Set<ServerSocket>();
  /** What clients sent, as `event channel`. */
  readonly heard: string[] = [];
  /** `METHOD path`, and who asked. */
  readonly asked: { line: string; headers: IncomingMessage['headers']; body: unknown }[] = [];
  takesSockets = true;
  answers = true;
  authStatus = 200;
  keyStatus = 200;
  /** The doors beside the socket and the plain poll that it has. */
  readonly offers = new Set<'stream' | 'long-poll'>();
  /** Streams that are open. */
  readonly streams = new Set<ServerResponse>();
  /** Sockets that are in the inbox. */
  readonly #readers = new Set<ServerSocket>();
  readonly #held = new Set<() => void>();
  #http = createServer((request, response) => void this.#answer(request, response));
  #doors = new WebSocketServer({ noServer: true });

  async start(): Promise<string> {
    this.#http.on('upgrade', (request, stream, head) => {
      this.asked.push({ line: `UPGRADE ${request.url}`, headers: request.headers, body: undefined });
      if (!this.takesSockets) return stream.end('HTTP/1.1 503 No\r\n\r\n');
      this.#doors.handleUpgrade(request, stream, head, (socket) => this.#accept(socket));
    });
    this.#http.listen(0, '127.0.0.1');
    await once(this.#http, 'listening');
    return `http://127.0.0.1:${(this.#http.address() as AddressInfo).port}`;
  }

  /** Tells something; sockets are told unless it is to be missed. */
  tell(key: string, { missed = false } = {}): void {
    const notice = { cursor: `e.${this.notices.length + 1}`, type: 'call.ended', payload: { key } };
    this.notices.push(notice);
    if (!missed) this.#tellOthers(notice);
    const channel = 'private-inbox-person_bob';
    for (const socket of missed ? [] : this.#readers) {
      socket.send(JSON.stringify({ event: 'call.ended', channel, data: JSON.stringify(notice) }));
    }
  }

  /** Ends whatever is open without a socket. */
  cut(): void {
    for (const stream of this.streams) stream.destroy();
    this.streams.clear();
  }

  #tellOthers(notice: Notice): void {
    for (const stream of this.streams) stream.write(block(notice));
    for (const answer of this.#held) answer();
  }

  say(event: string, data: unknown, channel?: string): void {
    for (const socket of this.sockets)
      socket.send(JSON.stringify({ event, channel, data: JSON.stringify(data) }));
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.terminate();
    this.#http.closeAllConnections();
    this.#http.close();
    await once(this.#http, 'close');
  }

  #accept(socket: ServerSocket): void {
    this.sockets.add(socket);
    socket.on('close', () => {
      this.sockets.delete(socket);
      this.#readers.delete(socket);
    });
    const say = (event: string, data: unknown, channel?: string): void =>
      socket.send(JSON.stringify({ event, channel, data: JSON.stringify(data) }));
    socket.on('message', (text) => {
      const { event, channel, data: wish } = JSON.parse(String(text)) as SaidByClient;
      this.heard.push([event, channel ?? wish.channel].filter(Boolean).join(' '));
      if (!this.answers) return;
      if (event === 'pusher:ping') say('pusher:pong', {});
      if (event !== 'pusher:subscribe') return;
      say('pusher_internal:subscription_succeeded', {}, wish.channel);
      if (wish.channel?.startsWith('private-inbox-')) {
        this.#readers.add(socket);
        for (const notice of this.#after(wish.channel_data ?? '')) say(notice.type, notice, wish.channel);
      }
    });
    say('pusher:connection_established', { socket_id: '1.2', activity_timeout: 30 });
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let text = '';
    for await (const chunk of request) text += String(chunk);
    const body = text === '' ? undefined : (JSON.parse(text) as Record<string, string>);
    this.asked.push({ line: `${request.method} ${request.url}`, headers: request.headers, body });
    const url = new URL(request.url ?? '/', 'http://here');
    if (url.pathname === '/broadcasting/auth') {
      const { channel_name = '', after } = body ?? {};
      const answer = channel_name.includes('forbidden') ? 403 : this.authStatus;
      return json(response, answer, { auth: 'k:s', ...(after === undefined ? {} : { channel_data: after }) });
    }
    if (url.pathname === '/api/v1/realtime') return json(response, this.keyStatus, { key: 'learned' });
    if (url.pathname === '/api/v1/inbox/stream' && this.authStatus === 200)
      return this.#stream(url, response);
    if (url.pathname === '/api/v1/inbox' && this.authStatus === 200) {
      if (!this.offers.has('long-poll')) return json(response, 404, {});
      const nothing = this.#after(url.searchParams.get('after') ?? '').length === 0;
      if (nothing) await new Promise<void>((resolve) => this.#held.add(resolve));
    }
    const items = this.#after(url.searchParams.get('after') ?? '');
    const cursor = items.at(-1)?.cursor ?? (url.searchParams.get('after') || 'e.0');
    return json(response, this.authStatus, { items, cursor });
  }

  #stream(url: URL, response: ServerResponse): void {
    if (!this.offers.has('stream')) return json(response, 404, {});
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(': welcome\n\n');
    for (const notice of this.#after(url.searchParams.get('after') ?? '')) response.write(block(notice));
    this.streams.add(response);
    response.on('close', () => this.streams.delete(response));
  }

  #after(cursor: string): Notice[] {
    return this.notices.slice(Number(cursor.split('.')[1] ?? 0));
  }
}

function block(notice: Notice): string {
  return `id: ${notice.cursor}\nevent: ${notice.type}\ndata: ${JSON.stringify(notice)}\n\n`;
}

function json(response: ServerResponse, status: number, body: object): void {
  const problem = { code: 'auth.required', detail: 'Sign in first.', retry: 'after-fix', status };
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(status === 200 ? body : problem));
}
