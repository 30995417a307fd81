/** For tests only: one visit at each door of an inbox, by the plainest client that there is, left without a word. */
import type { Notice } from '@latido/protocol';
import { io } from 'socket.io-client';
import { WebSocket } from 'ws';

/** One stay at one door. */
export interface Visit {
  readonly url: string;
  readonly token: string;
  readonly personId: string;
  /** The last cursor that was dealt with. */
  readonly after: string | null;
  readonly take: (notice: Notice) => void;
  readonly lost: () => void;
  /** The client is cut off. */
  readonly cut: AbortSignal;
}

/** Stays until it is cut off, or the server goes. */
export type Door = (visit: Visit) => Promise<void>;

const headersOf = ({ token }: Visit): Record<string, string> => ({ authorization: `Bearer ${token}` });

const pusher: Door = async (visit) => {
  const { url, personId, after, cut } = visit;
  const channel = `private-inbox-${personId}`;
  const socket = new WebSocket(`${url.replace('http', 'ws')}/app/key?protocol=7`);
  cut.addEventListener('abort', () => socket.terminate());
  socket.on('error', () => undefined);
  const subscribe = async (socketId: string): Promise<void> => {
    const body = JSON.stringify({ socket_id: socketId, channel_name: channel, after: after ?? '' });
    const headers = { ...headersOf(visit), 'content-type': 'application/json' };
    const answer = await fetch(`${url}/broadcasting/auth`, { method: 'POST', body, headers, signal: cut });
    const data = { channel, ...((await answer.json()) as object) };
    socket.send(JSON.stringify({ event: 'pusher:subscribe', data }));
  };
  socket.on('message', (text) => {
    const { event, data } = JSON.parse(String(text)) as { event: string; data?: string };
    const read = JSON.parse(typeof data === 'string' ? data : '{}') as Notice & { socket_id: string };
    if (event === 'pusher:connection_established') subscribe(read.socket_id).catch(() => socket.terminate());
    else if (event === 'inbox.reset') visit.lost();
    else if (read.cursor !== undefined) visit.take(read);
  });
  await new Promise((resolve) => socket.on('close', resolve));
};

const stream: Door = async (visit) => {
  const { url, after, cut } = visit;
  const from: Record<string, string> = after === null ? {} : { 'last-event-id': after };
  const headers = { ...headersOf(visit), ...from };
  const answer = await fetch(`${url}/api/v1/inbox/stream`, { headers, signal: cut });
  let text = '';
  for await (const part of answer.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    const blocks = (text + part).split('\n\n');
    text = blocks.pop() ?? '';
    for (const block of blocks) {
      const [, event] = /^event: (.*)$/m.exec(block) ?? [];
      const [, data] = /^data: (.*)$/m.exec(block) ?? [];
      if (event === 'inbox.reset') visit.lost();
      else if (event !== 'hb' && data !== undefined && !cut.aborted) visit.take(JSON.parse(data) as Notice);
    }
  }
};

function polling(path: string, more: string): Door {
  return async (visit) => {
    let { after } = visit;
    while (!visit.cut.aborted) {
      const query = after === null ? more : `after=${after}&${more}`;
      const asked = await fetch(`${visit.url}${path}?${query}`, {
        headers: headersOf(visit),
        signal: visit.cut,
      });
      if (asked.status !== 200) throw new Error(`${path} answered ${asked.status}`);
      const { items, cursor, reset } = (await asked.json()) as {
        items: Notice[];
        cursor: string;
        reset?: true;
      };
      if (reset) visit.lost();
      for (const notice of items) if (!visit.cut.aborted) visit.take(notice);
      after = cursor;
    }
  };
}

const socketIo =
  (transport: 'websocket' | 'polling'): Door =>
  async ({ url, token, personId, after, cut, take, lost }) => {
    const channel = `private-inbox-${personId}`;
    const socket = io(url, {
      transports: [transport],
      auth: { token },
      reconnection: false,
      forceNew: true,
      multiplex: false,
    });
    cut.addEventListener('abort', () => socket.io.engine.close());
    socket.on('connect', () => socket.emit('subscribe', { channel, after }));
    socket.onAny((type: string, payload: Notice['payload'], { cursor }: { cursor?: string } = {}) => {
      if (type === 'inbox.reset') lost();
      else if (cursor !== undefined && !cut.aborted) take({ cursor, type, payload });
    });
    await new Promise((resolve) => {
      socket.on('connect_error', resolve);
      socket.on('disconnect', resolve);
    });
    socket.close();
  };

/** Every door of an inbox. */
export const DOORS: Readonly<Record<string, Door>> = {
  pusher,
  sse: stream,
  'long poll': polling('/api/v1/inbox', 'wait=5'),
  poll: polling('/api/status/updates', 'limit=20'),
  'socket.io': socketIo('websocket'),
  'socket.io polling': socketIo('polling'),
};
