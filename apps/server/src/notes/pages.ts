import { mayWriteNotes } from '@latido/core';
import { NOTES_CLOSE } from '@latido/protocol';
import { AppError, isTooDeep } from '../platform/index.ts';
import {
  applyAwarenessUpdate,
  encodeAwarenessUpdate,
  startHocuspocus,
  Y,
  type Connection,
  type Document,
  type Hocuspocus,
} from './hocuspocus.ts';
import type { NotesDeps, Standing } from './ports.ts';
import { pageOf, seqsOf, writtenAfter } from './store.ts';
import type { Holder } from './tickets.ts';
import { WRITTEN_HINT, type Pen } from './write.ts';
import { addAll } from './yjs.ts';

/** Somebody with a page open, and how their socket is closed. */
export interface Reader {
  readonly holder: Holder;
  /** Closes the socket; a code of ours says why. */
  close(code: number, reason: string): void;
}

/** A page that is open on this node. */
interface OpenPage {
  readonly doc: Document;
  /** The last update of the store that it holds. */
  seq: number;
  reading: Promise<void>;
}

/** What changes a page here although nobody of this node wrote it. */
const FROM_STORE = { source: 'local', skipStoreHooks: true } as const;
/** Cursors of other nodes; the payload is `node booking base64`. */
const CURSORS_HINT = 'notes.cursors';
/** A cursor and nothing beside it. */
const CURSOR_CHARS_MAX = 2_000;
/** What a socket may send before it is known whose it is. */
const UNAUTHENTICATED_MAX = { bytes: 64 * 1024, messages: 1_000 };

const SYNC_STEP_1 = 0;
const SYNC_STEP_2 = 1;

/** The pages that are open on this node: Hocuspocus speaks with their readers, we decide who they are and store what they write. */
export class Pages {
  readonly hocuspocus: Hocuspocus<Reader>;
  readonly #deps: NotesDeps;
  readonly #pen: Pen;
  readonly #open = new Map<string, OpenPage>();
  readonly #stops: (() => void)[];

  constructor(deps: NotesDeps, pen: Pen) {
    this.#deps = deps;
    this.#pen = pen;
    this.hocuspocus = startHocuspocus<Reader>({
      quiet: true,
      maxPendingDocuments: 1,
      maxUnauthenticatedQueueSize: UNAUTHENTICATED_MAX.bytes,
      maxUnauthenticatedQueueMessages: UNAUTHENTICATED_MAX.messages,
      onAuthenticate: async ({ context, documentName, connectionConfig }) => {
        connectionConfig.readOnly = !(await this.#mayWrite(context, documentName));
      },
      onLoadDocument: ({ documentName, document }) => this.#load(documentName, document),
      beforeSync: ({ connection, document, type, payload }) =>
        this.#store(connection, document, { type, update: payload }),
      beforeHandleAwareness: async ({ connection, document, states }) =>
        signCursors(document, connection, states),
      onAwarenessUpdate: async ({ document, added, updated, removed, transactionOrigin }) => {
        if (transactionOrigin !== CURSORS_HINT) this.#passOn(document, [...added, ...updated, ...removed]);
      },
      afterUnloadDocument: async ({ documentName }) => {
        this.#open.delete(documentName);
      },
    });
    const { hints } = deps;
    this.#stops = [
      hints.subscribe(WRITTEN_HINT, (text) => this.#heard(text)),
      hints.subscribe(CURSORS_HINT, (text) => this.#heardCursors(text)),
    ];
  }

  /** Adds what was written elsewhere to the page, if it is open here. Resolves when it is there. */
  async follow(bookingId: string): Promise<void> {
    const page = this.#open.get(bookingId);
    if (!page) return;
    page.reading = page.reading.catch(() => undefined).then(() => this.#read(bookingId, page));
    await page.reading;
  }

  /** Looks by itself: a hint may be lost, and somebody may have lost their place. */
  async look(): Promise<void> {
    const seqs = await seqsOf(this.#deps.db, [...this.#open.keys()]);
    for (const [bookingId, page] of this.#open)
      if ((seqs.get(bookingId) ?? 0) > page.seq) await this.follow(bookingId);
    await this.judgeAgain(() => true);
  }

  /** Asks anew who these readers are: who is out is cut off, who may not write any more reads. */
  async judgeAgain(whom: (reader: Reader) => boolean): Promise<void> {
    for (const doc of this.hocuspocus.documents.values()) {
      for (const connection of doc.getConnections()) {
        const reader = connection.context as Reader;
        if (!whom(reader)) continue;
        const mayWrite = await this.#mayWrite(reader, doc.name).catch((error: unknown) =>
          this.#sendAway(reader, error),
        );
        if (mayWrite === undefined || connection.readOnly === !mayWrite) continue;
        connection.readOnly = !mayWrite;
        // An editor learns what it may as it comes in.
        reader.close(NOTES_CLOSE.may_write, 'notes.may_write');
      }
    }
  }

  /** Sends away whose session is over. */
  endThose(isOver: (holder: Holder) => boolean): void {
    for (const doc of this.hocuspocus.documents.values())
      for (const { context } of doc.getConnections())
        if (isOver((context as Reader).holder))
          (context as Reader).close(NOTES_CLOSE.signed_out, 'auth.required');
  }

  /** Lets everybody go; their editors come back by themselves. */
  letGo(): void {
    for (const doc of this.hocuspocus.documents.values())
      for (const { context } of doc.getConnections()) (context as Reader).close(1012, 'server.restarting');
  }

  close(): void {
    for (const stop of this.#stops) stop();
  }

  /** @throws booking.not_found, notes.closed */
  async #mayWrite(reader: Reader, bookingId: string): Promise<boolean> {
    const { db, sessions } = this.#deps;
    const { holder } = reader;
    if (holder.bookingId !== bookingId) throw out();
    const standing = await sessions.standing(db, bookingId, holder);
    if (standing.isOut) throw out();
    const page = await pageOf(db, bookingId);
    return mayWriteNotes(standing.role, { menteesWrite: page?.menteesWrite ?? true });
  }

  /** Who is told no is sent away; who could not be judged now stays until the next look. */
  #sendAway(reader: Reader, error: unknown): undefined {
    if (error instanceof AppError && error.status < 500) reader.close(NOTES_CLOSE.closed, error.code);
    else this.#deps.log.warn({ err: error }, 'whether somebody may still read notes is asked again');
  }

  async #load(bookingId: string, doc: Document): Promise<void> {
    const page: OpenPage = { doc, seq: -1, reading: Promise.resolve() };
    this.#open.set(bookingId, page);
    await this.follow(bookingId);
  }

  async #read(bookingId: string, page: OpenPage): Promise<void> {
    const written = await writtenAfter(this.#deps.db, { bookingId, after: page.seq });
    const failed = addAll(
      page.doc,
      written.map(({ body }) => body),
      FROM_STORE,
    );
    if (failed > 0) this.#deps.log.warn({ booking_id: bookingId, failed }, 'updates of notes were left out');
    page.seq = Math.max(page.seq, written.at(-1)?.seq ?? 0);
  }

  /** Before the editor gets its acknowledgement (NOTES-8). What cannot be stored is not acknowledged, and sent again when it comes back. */
  async #store(
    connection: Connection,
    document: Document,
    { type, update }: { type: number; update: Uint8Array },
  ): Promise<void> {
    if (type === SYNC_STEP_1 || connection.readOnly || update.byteLength <= 2) return;
    // Who comes back tells what they know, which mostly is what we know.
    if (type === SYNC_STEP_2 && Y.snapshotContainsUpdate(Y.snapshot(document), update)) return;
    try {
      await this.#pen.write(document.name, update);
    } catch (error) {
      const code = error instanceof AppError ? error.code : 'database.unavailable';
      if (!(error instanceof AppError))
        this.#deps.log.warn({ err: error }, 'an update of notes could not be stored');
      // Not added, not acknowledged.
      connection.readOnly = true;
      (connection.context as Reader).close(
        code.startsWith('notes.') ? NOTES_CLOSE.too_large : NOTES_CLOSE.away,
        code,
      );
    }
  }

  #heard(text: string): void {
    const [node, bookingId = ''] = text.split(' ');
    if (node === this.#deps.hints.node) return;
    this.follow(bookingId).catch((error: unknown) =>
      this.#deps.log.warn({ err: error }, 'notes of another node are read again'),
    );
  }

  #passOn(doc: Document, clients: number[]): void {
    const { hints } = this.#deps;
    const cursors = Buffer.from(encodeAwarenessUpdate(doc.awareness, clients)).toString('base64');
    hints.publish(CURSORS_HINT, `${hints.node} ${doc.name} ${cursors}`);
  }

  #heardCursors(text: string): void {
    const [node, bookingId = '', cursors = ''] = text.split(' ');
    const page = node === this.#deps.hints.node ? undefined : this.#open.get(bookingId);
    if (page) applyAwarenessUpdate(page.doc.awareness, Buffer.from(cursors, 'base64'), CURSORS_HINT);
  }
}

/** A cursor bears the name of who holds the ticket, and nobody moves another's (NOTES-12). */
function signCursors(
  document: Document,
  connection: Connection | undefined,
  states: Map<number, Record<string, unknown>>,
): void {
  if (!connection) return;
  const { personId, name } = (connection.context as Reader).holder;
  const others = document.getConnections().filter((each) => each !== connection);
  for (const [client, { cursor = null }] of states) {
    const isSomebodyElses = others.some((each) => document.getClients(each).has(client));
    if (isSomebodyElses || isTooDeep(cursor) || JSON.stringify(cursor).length > CURSOR_CHARS_MAX)
      states.delete(client);
    else states.set(client, { cursor, user: { name, personId } });
  }
}

function out(): AppError {
  return new AppError('notes.closed', 'You are no longer of this session.');
}

/** @throws notes.closed for who was put out of a session, or gave their seat back */
export function requireIn(standing: Standing): Standing {
  if (standing.isOut) throw out();
  return standing;
}
