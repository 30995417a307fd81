/** For tests and measures only: an editor of notes as a browser has one, without the page around it. */
import { createRequire } from 'node:module';
import type * as Provider from '@hocuspocus/provider';
import { NOTES_PATH, type NotesTicket } from '@latido/protocol';
import { Y, type Doc } from './hocuspocus.ts';

const { HocuspocusProvider, HocuspocusProviderWebsocket } = createRequire(import.meta.url)(
  '@hocuspocus/provider',
) as typeof Provider;

/** How its socket was closed. */
export interface Closed {
  readonly code: number;
  readonly reason: string;
}

/** Somebody's editor. */
export class Editor {
  readonly doc: Doc = new Y.Doc();
  readonly provider: Provider.HocuspocusProvider;
  readonly closed: Closed[] = [];
  readonly #socket: Provider.HocuspocusProviderWebsocket;

  constructor(url: string, { ticket, name }: Pick<NotesTicket, 'ticket' | 'name'>) {
    this.#socket = new HocuspocusProviderWebsocket({
      url: `${url.replace(/^http/, 'ws')}${NOTES_PATH}?ticket=${encodeURIComponent(ticket)}`,
      delay: 50,
      minDelay: 50,
      maxDelay: 200,
    });
    this.provider = new HocuspocusProvider({
      name,
      document: this.doc,
      websocketProvider: this.#socket,
      token: 'by ticket',
      onClose: ({ event }) => void this.closed.push({ code: event.code, reason: event.reason }),
    });
    this.provider.attach();
  }

  /** Writes a paragraph at the end. */
  write(text: string): void {
    const page = this.doc.getXmlFragment('default');
    const paragraph = new Y.XmlElement('paragraph');
    paragraph.insert(0, [new Y.XmlText(text)]);
    page.push([paragraph]);
  }

  /** Everything that stands on the page, a paragraph a line. */
  get text(): string {
    const page = this.doc.getXmlFragment('default');
    return page
      .toArray()
      .map((each) => (each instanceof Y.XmlElement ? each.toArray().join('') : ''))
      .join('\n');
  }

  /** Whether everything that was written here is acknowledged. */
  get isSaved(): boolean {
    return this.provider.synced && !this.provider.hasUnsyncedChanges;
  }

  /** The names on the cursors that others see here. */
  get names(): unknown[] {
    const states = [...(this.provider.awareness?.getStates() ?? [])];
    return states.filter(([id]) => id !== this.doc.clientID).map(([, state]) => state['user']);
  }

  goOffline(): void {
    this.#socket.disconnect();
  }

  get isOffline(): boolean {
    return this.#socket.status === 'disconnected';
  }

  async goOnline(): Promise<void> {
    await this.#socket.connect();
  }

  /** Sends bytes as they are. */
  send(frame: Uint8Array): void {
    this.#socket.webSocket?.send(frame as Uint8Array<ArrayBuffer>);
  }

  /** A sync frame with an update of these bytes. */
  frame(update: Uint8Array): Uint8Array {
    const name = new TextEncoder().encode(this.provider.configuration.name);
    return Uint8Array.from([...varUint(name.length), ...name, 0, 2, ...varUint(update.length), ...update]);
  }

  close(): void {
    this.provider.destroy();
    this.#socket.destroy();
  }
}

function varUint(value: number): number[] {
  return value < 128 ? [value] : [(value % 128) + 128, ...varUint(Math.floor(value / 128))];
}
