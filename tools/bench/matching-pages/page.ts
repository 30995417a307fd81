import { createHmac } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import type { Somebody } from '../matching/line.ts';

/** The name of everybody's page: a person has one. */
export const PAGE = 'page';

/** What the server answered. */
export interface Answer {
  readonly status: number;
  readonly body: Buffer;
}

/** A page of somebody: a connection of its own that is kept, as a browser's, and one request after the other on it. */
export class Page {
  readonly of: Somebody;
  readonly #url: URL;
  readonly #headers: string;
  readonly #beat: Buffer;
  #socket: Socket | null = null;
  #read: Buffer = Buffer.alloc(0);
  readonly #asked: ((answer: Answer) => void)[] = [];
  /** Whether a sign is on its way: then there is no other one. */
  isBeating = false;

  constructor(of: Somebody, { url, jwtSecret }: { url: string; jwtSecret: string }) {
    this.of = of;
    this.#url = new URL(url);
    this.#headers = `Host: ${this.#url.host}\r\nAuthorization: Bearer ${tokenOf(of, jwtSecret)}\r\n`;
    this.#beat = this.#request('GET', `/api/v1/matching?page=${PAGE}`);
  }

  /** The sign of life that pages give every three seconds: asking where they stand. */
  async beat(): Promise<Answer> {
    this.isBeating = true;
    const answer = await this.#send(this.#beat);
    this.isBeating = false;
    return answer;
  }

  /** In line, or out of it. */
  async come(): Promise<Answer> {
    return await this.ask('POST', this.#place(), { ...this.of.wish, page: PAGE });
  }

  async leave(): Promise<Answer> {
    return await this.ask('DELETE', this.#place());
  }

  async ask(method: 'POST' | 'DELETE', path: string, body?: object): Promise<Answer> {
    return await this.#send(this.#request(method, path, body));
  }

  close(): void {
    this.#socket?.removeAllListeners('close').destroy();
  }

  #place(): string {
    return `/api/v1/matching/${this.of.side === 'payer' ? 'waiting' : 'on-air'}`;
  }

  #request(method: string, path: string, body?: object): Buffer {
    const text = body === undefined ? '' : JSON.stringify(body);
    const of =
      body === undefined
        ? ''
        : `Content-Type: application/json\r\nContent-Length: ${Buffer.byteLength(text)}\r\n`;
    return Buffer.from(`${method} ${path} HTTP/1.1\r\n${this.#headers}${of}\r\n${text}`);
  }

  #send(request: Buffer): Promise<Answer> {
    return new Promise((resolve) => {
      this.#asked.push(resolve);
      this.#opened().write(request);
    });
  }

  #opened(): Socket {
    if (this.#socket) return this.#socket;
    const socket = connect(Number(this.#url.port), this.#url.hostname);
    socket.setNoDelay(true);
    socket.on('data', (bytes) => this.#hear(bytes));
    socket.on('error', () => undefined);
    socket.on('close', () => this.#lose());
    return (this.#socket = socket);
  }

  /** The server closed it: whatever was asked is not answered. */
  #lose(): void {
    this.#socket = null;
    this.#read = Buffer.alloc(0);
    for (const lost of this.#asked.splice(0)) lost({ status: 0, body: Buffer.alloc(0) });
  }

  #hear(bytes: Buffer): void {
    this.#read = this.#read.length === 0 ? bytes : Buffer.concat([this.#read, bytes]);
    for (;;) {
      const at = this.#read.indexOf('\r\n\r\n');
      if (at < 0) return;
      const head = this.#read.toString('latin1', 0, at);
      const end = at + 4 + Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
      if (this.#read.length < end) return;
      const body = this.#read.subarray(at + 4, end);
      this.#read = this.#read.subarray(end);
      this.#asked.shift()?.({ status: Number(head.slice(9, 12)), body });
    }
  }
}

const encode = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url');

/** A JWT as a team's own sign-in gives it. */
function tokenOf({ externalId, roles }: Somebody, secret: string): string {
  const now = Math.floor(Date.now() / 1_000);
  const claims = { sub: externalId, name: externalId, roles, iat: now, exp: now + 7_200 };
  const text = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode(claims)}`;
  return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`;
}
