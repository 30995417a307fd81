import { SOCKET_REPLACED, type PresenceDown, type PresenceUp } from '@latido/protocol';
import { backoffMs } from './backoff.ts';

/** The socket to the server, kept up: what is sent while it is down is for the caller to say again. */
export interface Line {
  /** Whether it went out (the socket was open). */
  send(message: PresenceUp): boolean;
  /** Whether the beat that is said now is to be answered: each second one while the server answers, and each as soon as an answer stays out. */
  wantsAnswer(): boolean;
  /** Looks whether the server still answers; opens a second socket beside one that has gone silent. */
  watch(nowMs: number): void;
  /** The server has answered on another way: where the line is down it is opened now, not when its next try is due. */
  wake(): void;
  /** Resolves when everything sent has left the browser, after 500 ms at the latest. */
  flushed(): Promise<void>;
  close(): void;
}

/** What the line tells. */
export interface LineEvents {
  onOpen(): void;
  onMessage(message: PresenceDown): void;
  onStatus(open: boolean): void;
  /** Nothing has been heard for somewhat more than a second, or one and a half beats; and false when it speaks again. */
  onQuiet?(quiet: boolean): void;
}

/**
 * Silence after which a second socket is opened. After a short cut TCP stays silent far longer than the cut
 * itself: a new connection is through at once, and so a hole of two seconds is no false alarm.
 */
const SILENT_AFTER_MS = 1_500;
/**
 * Silence that is told. Whoever hears of it looks before anything is said of it, and needs a second for that: whose line was cut
 * is to read so within three.
 */
const QUIET_AFTER_MS = 1_000;
/** An answer is half of what a beat costs a server: where two beats fit into the silence that counts, each second one does without. */
const ANSWERED_EVERY_BEATS = 2;
/** A second socket that is not open by then hangs in the same hole: another one is tried. */
const SPARE_WITHIN_MS = 5_000;
const FLUSH_AT_MOST_MS = 500;
const FLUSH_LOOK_MS = 10;

/**
 * Opens the line and keeps it up until closed. `address` is asked before each opening: what lets us in changes while we are
 * here. `beatEveryMs` is how often something is said on it.
 */
export function openLine(address: () => string, events: LineEvents, beatEveryMs = 0): Line {
  const isSparing = ANSWERED_EVERY_BEATS * beatEveryMs <= QUIET_AFTER_MS;
  const answeredEveryMs = isSparing ? ANSWERED_EVERY_BEATS * beatEveryMs : beatEveryMs;
  // The server speaks only when it is spoken to: an answer may be half a beat late before its absence is silence.
  const least = answeredEveryMs + beatEveryMs / 2;
  const silence = { quietMs: Math.max(QUIET_AFTER_MS, least), silentMs: Math.max(SILENT_AFTER_MS, least) };
  return new SocketLine(address, events, { ...silence, isSparing });
}

interface Silence {
  readonly quietMs: number;
  readonly silentMs: number;
  readonly isSparing: boolean;
}

class SocketLine implements Line {
  readonly #address: () => string;
  readonly #events: LineEvents;
  readonly #silence: Silence;
  #current: WebSocket | null;
  #spare: WebSocket | null = null;
  #heardAtMs = performance.now();
  /** As `#heardAtMs`, but a second socket that is being opened does not set it back. */
  #spokeAtMs = performance.now();
  #quiet = false;
  /** An answer that was wanted has not come. */
  #owed = false;
  /** The beat before wanted none. */
  #spared = true;
  #attempt = 0;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #closed = false;

  constructor(address: () => string, events: LineEvents, silence: Silence) {
    this.#address = address;
    this.#events = events;
    this.#silence = silence;
    this.#current = this.#dial();
  }

  send(message: PresenceUp): boolean {
    if (this.#current?.readyState !== WebSocket.OPEN) return false;
    this.#current.send(JSON.stringify(message));
    return true;
  }

  wantsAnswer(): boolean {
    this.#spared = this.#silence.isSparing && !this.#owed && !this.#spared;
    this.#owed ||= !this.#spared;
    return !this.#spared;
  }

  watch(nowMs: number): void {
    if (nowMs - this.#spokeAtMs >= this.#silence.quietMs) this.#tellQuiet(true);
    const patienceMs = this.#spare === null ? this.#silence.silentMs : SPARE_WITHIN_MS;
    if (this.#closed || nowMs - this.#heardAtMs < patienceMs) return;
    this.#heardAtMs = nowMs;
    const stuck = this.#spare;
    if (this.#current !== null || stuck !== null) this.#spare = this.#dial();
    stuck?.close();
  }

  wake(): void {
    if (this.#closed || this.#current !== null || this.#spare !== null) return;
    clearTimeout(this.#retry);
    this.#current = this.#dial();
  }

  async flushed(): Promise<void> {
    await flushed(() => this.#current?.bufferedAmount ?? 0);
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#retry);
    this.#current?.close();
    this.#spare?.close();
  }

  #dial(): WebSocket {
    const socket = new WebSocket(this.#address());
    socket.onopen = () => this.#opened(socket);
    socket.onmessage = (event) => {
      if (socket === this.#current) this.#heard();
      const message = parse(event.data);
      if (message !== null) this.#events.onMessage(message);
    };
    socket.onclose = () => this.#lost(socket);
    return socket;
  }

  #opened(socket: WebSocket): void {
    if (this.#closed) return socket.close();
    // Whatever else there is has been silent or slower, and would only be a second voice.
    const others = [this.#current, this.#spare].filter((one) => one !== socket);
    this.#current = socket;
    this.#spare = null;
    this.#attempt = 0;
    this.#spared = true;
    this.#heard();
    this.#events.onStatus(true);
    this.#events.onOpen();
    for (const one of others) one?.close(SOCKET_REPLACED);
  }

  #heard(): void {
    this.#heardAtMs = performance.now();
    this.#spokeAtMs = this.#heardAtMs;
    this.#owed = false;
    this.#tellQuiet(false);
  }

  #tellQuiet(quiet: boolean): void {
    if (this.#closed || quiet === this.#quiet) return;
    this.#quiet = quiet;
    this.#events.onQuiet?.(quiet);
  }

  #lost(socket: WebSocket): void {
    const wasCurrent = socket === this.#current;
    if (!wasCurrent && socket !== this.#spare) return;
    if (wasCurrent) this.#current = null;
    else this.#spare = null;
    if (this.#closed) return;
    if (wasCurrent) this.#events.onStatus(false);
    if (this.#current === null && this.#spare === null) this.#retryLater();
  }

  #retryLater(): void {
    clearTimeout(this.#retry);
    const dial = (): void => {
      if (!this.#closed && this.#current === null) this.#current = this.#dial();
    };
    this.#retry = setTimeout(dial, backoffMs(this.#attempt++, Math.random()));
  }
}

async function flushed(waiting: () => number): Promise<void> {
  const endAtMs = performance.now() + FLUSH_AT_MOST_MS;
  while (waiting() > 0 && performance.now() < endAtMs) {
    await new Promise((resolve) => setTimeout(resolve, FLUSH_LOOK_MS));
  }
}

function parse(text: unknown): PresenceDown | null {
  try {
    return JSON.parse(String(text)) as PresenceDown;
  } catch {
    return null;
  }
}
