import { countFrame, NOTES_UPDATE_BYTES_MAX, type NotesPace } from '@latido/core';
import { NOTES_CLOSE } from '@latido/protocol';
import type { RawData, WebSocket } from 'ws';
import { isFrame } from './frame.ts';
import type { Pages } from './pages.ts';
import type { Hub, NotesDeps } from './ports.ts';
import { readTicket, type Holder } from './tickets.ts';

/** An update and what stands around it. What is larger, ws refuses with 1009 before it is read. */
const FRAME_BYTES_MAX = NOTES_UPDATE_BYTES_MAX + 1_024;
/** What a reader may leave unread: two pages of the largest size. */
const UNREAD_BYTES_MAX = 16 * 1024 * 1024;

/** `/notes?ticket=`: the sockets of editors. A stranger gets 401 instead of a socket. */
export function notesDoor(deps: NotesDeps, pages: Pages): Parameters<Hub['doors']['add']>[0] {
  return {
    path: /^\/notes$/,
    frameBytesMax: FRAME_BYTES_MAX,
    open({ url }) {
      const holder = readTicket(deps, url.searchParams.get('ticket') ?? '');
      return holder === null ? 401 : (socket) => welcome(deps, pages, { socket, holder });
    },
  };
}

function welcome(
  { clock }: NotesDeps,
  pages: Pages,
  { socket, holder }: { socket: WebSocket; holder: Holder },
): void {
  const close = (code: number, reason: string): void => {
    socket.removeListener('message', hear);
    socket.close(code, reason);
  };
  const editor = pages.hocuspocus.handleConnection(
    {
      get readyState() {
        return socket.readyState;
      },
      send(frame) {
        if (socket.bufferedAmount > UNREAD_BYTES_MAX) socket.terminate();
        else socket.send(frame as Uint8Array);
      },
      close,
    },
    new Request('http://here/notes'),
    { holder, close },
  );
  let pace: NotesPace | null = null;
  const hear = (data: RawData): void => {
    const frame = bytesOf(data);
    pace = countFrame(pace, clock.monotonic());
    if (pace === null) return close(NOTES_CLOSE.too_fast, 'request.rate_limited');
    if (!isFrame(frame)) return close(NOTES_CLOSE.invalid, 'notes.invalid');
    editor.handleMessage(frame);
  };
  socket.on('message', hear);
  socket.on('close', (code, reason) => editor.handleClose({ code, reason: reason.toString() }));
}

function bytesOf(data: RawData): Uint8Array {
  if (Array.isArray(data)) return Buffer.concat(data);
  return data instanceof ArrayBuffer ? new Uint8Array(data) : data;
}
