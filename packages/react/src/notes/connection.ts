import { HocuspocusProvider, HocuspocusProviderWebsocket } from '@hocuspocus/provider';
import { LatidoError } from '@latido/client';
import { NOTES_CLOSE, NOTES_PATH, type NotesTicket } from '@latido/protocol';

/**
 * How it stands with what was written: `saved` is the server's word that it is stored; `refused`: the server does not take the last change;
 * `closed`: the reader is no longer of the session.
 */
export type NotesState = 'opening' | 'saved' | 'saving' | 'offline' | 'closed' | 'refused';

/** What a page shows of the connection. */
export interface NotesView {
  readonly state: NotesState;
  /** Whether what was on the page before has come. */
  readonly isSynced: boolean;
  readonly mayWrite: boolean;
  /** Who else has the page open. */
  readonly names: readonly string[];
}

/** Gives a ticket of {@link NotesTicket}; asked again whenever the connection was lost. */
export type GiveTicket = () => Promise<NotesTicket>;

/** A frame of more than 1 MB: the socket says so by its own code. */
const FRAME_TOO_LARGE = 1009;
const OVER: readonly number[] = [NOTES_CLOSE.closed, NOTES_CLOSE.signed_out];
const REFUSED: readonly number[] = [NOTES_CLOSE.invalid, NOTES_CLOSE.too_large, FRAME_TOO_LARGE];

const CLOSED: NotesView = { state: 'closed', isSynced: false, mayWrite: false, names: [] };

/** A page of notes that is connected; what is written while it is not is merged when it is again. */
export class NotesConnection {
  readonly provider: HocuspocusProvider;
  readonly #socket: HocuspocusProviderWebsocket;
  readonly #giveTicket: GiveTicket;
  readonly #show: (view: NotesView) => void;
  readonly #url: string;
  #end: 'closed' | 'refused' | null = null;
  #isOnline = false;
  #hasSynced = false;

  constructor(of: {
    ticket: NotesTicket;
    giveTicket: GiveTicket;
    server: string;
    show: (view: NotesView) => void;
  }) {
    this.#giveTicket = of.giveTicket;
    this.#show = of.show;
    this.#url = `${of.server.replace(/^http/, 'ws')}${NOTES_PATH}`;
    this.#socket = new HocuspocusProviderWebsocket({
      url: this.#withTicket(of.ticket),
      minDelay: 500,
      delay: 1_000,
      maxDelay: 8_000,
      onStatus: ({ status }) => {
        this.#isOnline = String(status) === 'connected';
        this.#tell();
      },
      onClose: ({ event }) => this.#closed(event.code),
    });
    this.provider = new HocuspocusProvider({
      name: of.ticket.name,
      websocketProvider: this.#socket,
      token: 'by ticket',
      onSynced: () => this.#tell(),
      onAuthenticated: () => this.#tell(),
      onAuthenticationFailed: () => this.#over('closed'),
      onUnsyncedChanges: () => this.#tell(),
      onAwarenessChange: () => this.#tell(),
    });
    this.provider.attach();
  }

  close(): void {
    this.#end ??= 'closed';
    this.provider.destroy();
    this.#socket.destroy();
  }

  #withTicket({ ticket }: NotesTicket): string {
    return `${this.#url}?ticket=${encodeURIComponent(ticket)}`;
  }

  #closed(code: number): void {
    this.#isOnline = false;
    if (OVER.includes(code)) return this.#over('closed');
    if (REFUSED.includes(code)) return this.#over('refused');
    this.#tell();
    if (this.#end) return;
    // The next attempt comes with a new ticket, if there is one: the old one may have run out.
    this.#giveTicket().then(
      (ticket) => this.#socket.setConfiguration({ url: this.#withTicket(ticket) }),
      (error: unknown) => {
        if (error instanceof LatidoError && error.status < 500 && error.status !== 429) this.#over('closed');
      },
    );
  }

  #over(end: 'closed' | 'refused'): void {
    this.#end = end;
    this.#socket.disconnect();
    this.#tell();
  }

  #tell(): void {
    const { provider } = this;
    // The socket may speak before the constructor is through.
    if (!provider) return;
    // What has come once stays, and is written on while the server is away: only its being stored is in doubt.
    this.#hasSynced ||= provider.synced;
    const isSynced = this.#hasSynced;
    const online = provider.synced && !provider.hasUnsyncedChanges ? 'saved' : 'saving';
    const state = !isSynced ? 'opening' : this.#isOnline ? online : 'offline';
    const mayWrite = this.#end === null && provider.authorizedScope !== 'readonly';
    this.#show({ state: this.#end ?? state, isSynced, mayWrite, names: this.#names() });
  }

  #names(): string[] {
    const { awareness, document } = this.provider;
    const others = [...(awareness?.getStates() ?? [])].filter(([id]) => id !== document.clientID);
    const names = others.map(([, state]) => (state['user'] as { name?: string } | undefined)?.name ?? '');
    return [...new Set(names.filter((name) => name !== ''))].toSorted();
  }
}

/**
 * Opens a page of notes. Gives how to close it; what it is told after that is nothing.
 */
export function openNotes(of: {
  giveTicket: GiveTicket;
  /** Where the server is, as `https://host`. */
  server: string;
  show: (view: NotesView) => void;
  opened: (connection: NotesConnection) => void;
}): () => void {
  let connection: NotesConnection | null = null;
  let isOver = false;
  const show = (view: NotesView): void => {
    if (!isOver) of.show(view);
  };
  const open = (): void => {
    of.giveTicket().then(
      (ticket) => {
        if (isOver) return;
        connection = new NotesConnection({ ...of, show, ticket });
        of.opened(connection);
      },
      (error: unknown) => {
        if (error instanceof LatidoError && error.status < 500) return show(CLOSED);
        show({ ...CLOSED, state: 'offline' });
        again = setTimeout(open, RETRY_MS);
      },
    );
  };
  let again: ReturnType<typeof setTimeout> | undefined;
  open();
  return () => {
    isOver = true;
    clearTimeout(again);
    connection?.close();
  };
}

const RETRY_MS = 2_000;
