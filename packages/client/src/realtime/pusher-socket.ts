/** What a socket tells. */
export interface SocketListener {
  /** It is open and has its id. */
  opened(socketId: string): void;
  /** An event; `data` is parsed. */
  event(name: string, data: unknown, channel: string | undefined): void;
  /** It is over; called once. `quiet`: nothing was heard for too long. `code` as in a close frame. */
  closed(why: { quiet: boolean; code: number }): void;
}

/** The end of a socket of which nothing was heard (there is no close frame then). */
const NO_CODE = 1006;

/** One WebSocket that speaks the Pusher protocol. It does not come back by itself. */
export class PusherSocket {
  readonly #socket: WebSocket;
  readonly #quietMs: number;
  #listener: SocketListener | null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(url: string, { quietMs, listener }: { quietMs: number; listener: SocketListener }) {
    this.#quietMs = quietMs;
    this.#listener = listener;
    this.#socket = new WebSocket(url);
    this.#socket.addEventListener('message', ({ data }) => this.#heard(String(data)));
    this.#socket.addEventListener('close', ({ code }) => this.#over({ quiet: false, code }));
    this.#socket.addEventListener('error', () => undefined);
    this.#timer = setTimeout(() => this.#dead(), quietMs);
  }

  send(event: string, data: unknown, channel?: string): void {
    if (this.#socket.readyState !== WebSocket.OPEN) return;
    this.#socket.send(JSON.stringify({ event, data, ...(channel === undefined ? {} : { channel }) }));
  }

  /** Asks for a sign of life now; without one within half the quiet time the socket is dead. */
  probe(): void {
    clearTimeout(this.#timer);
    this.send('pusher:ping', {});
    this.#timer = setTimeout(() => this.#dead(), this.#quietMs / 2);
  }

  /** Closes without a further word to the listener. */
  close(): void {
    this.#listener = null;
    clearTimeout(this.#timer);
    this.#socket.close();
  }

  #heard(text: string): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.probe(), this.#quietMs / 2);
    const frame = parse(text) as { event?: unknown; data?: unknown; channel?: string } | undefined;
    if (typeof frame?.event !== 'string') return;
    const data = typeof frame.data === 'string' ? (parse(frame.data) ?? frame.data) : frame.data;
    switch (frame.event) {
      case 'pusher:connection_established':
        return this.#listener?.opened((data as { socket_id: string }).socket_id);
      case 'pusher:ping':
        return this.send('pusher:pong', {});
      case 'pusher:pong':
        return;
      default:
        return this.#listener?.event(frame.event, data, frame.channel);
    }
  }

  /** A cut cable closes nothing for minutes: we do not wait for it. */
  #dead(): void {
    this.#over({ quiet: true, code: NO_CODE });
    this.#socket.close();
  }

  #over(why: { quiet: boolean; code: number }): void {
    clearTimeout(this.#timer);
    const listener = this.#listener;
    this.#listener = null;
    listener?.closed(why);
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
