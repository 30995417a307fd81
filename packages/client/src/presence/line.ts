import type { PresenceDown, PresenceUp } from '@latido/protocol';
import { backoffMs } from './backoff.ts';

/** The socket to the server, kept up: what is sent while it is down is for the caller to say again. */
export interface Line {
  /** Whether it went out (the socket was open). */
  send(message: PresenceUp): boolean;
  /** Looks whether the server still answers; opens a second socket beside one that has gone silent. */
  watch(nowMs: number): void;
  /** Resolves when everything sent has left the browser, after 500 ms at the latest. */
  flushed(): Promise<void>;
  close(): void;
}

/** What the line tells. */
export interface LineEvents {
  onOpen(): void;
  onMessage(message: PresenceDown): void;
  onStatus(open: boolean): void;
}

/**
 * Silence after which a second socket is opened. After a short cut TCP stays silent far longer than the cut
 * itself: a new connection is through at once, and so a hole of two seconds is no false alarm.
 */
const SILENT_AFTER_MS = 1_500;
const FLUSH_AT_MOST_MS = 500;
const FLUSH_LOOK_MS = 10;

/** Opens the line and keeps it up until closed. */
export function openLine(url: string, events: LineEvents): Line {
  let current: WebSocket | null = null;
  let spare: WebSocket | null = null;
  let heardAtMs = performance.now();
  let attempt = 0;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let closed = false;

  const dial = (): WebSocket => {
    const socket = new WebSocket(url);
    socket.onopen = () => {
      if (closed) return socket.close();
      const old = current === socket ? null : current;
      current = socket;
      spare = null;
      attempt = 0;
      heardAtMs = performance.now();
      old?.close();
      events.onStatus(true);
      events.onOpen();
    };
    socket.onmessage = (event) => {
      if (socket === current) heardAtMs = performance.now();
      const message = parse(event.data);
      if (message !== null) events.onMessage(message);
    };
    socket.onclose = () => lost(socket);
    return socket;
  };
  const lost = (socket: WebSocket): void => {
    if (socket === spare) spare = null;
    if (closed || socket !== current) return;
    current = null;
    events.onStatus(false);
    if (spare === null) retryLater();
  };
  const retryLater = (): void => {
    clearTimeout(retry);
    retry = setTimeout(() => {
      if (!closed && current === null) current = dial();
    }, backoffMs(attempt++, Math.random()));
  };

  current = dial();
  return {
    send: (message) => {
      if (current?.readyState !== WebSocket.OPEN) return false;
      current.send(JSON.stringify(message));
      return true;
    },
    watch: (nowMs) => {
      if (closed || spare !== null || nowMs - heardAtMs < SILENT_AFTER_MS) return;
      heardAtMs = nowMs;
      if (current !== null) spare = dial();
    },
    flushed: () => flushed(() => current?.bufferedAmount ?? 0),
    close: () => {
      closed = true;
      clearTimeout(retry);
      current?.close();
      spare?.close();
    },
  };
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
