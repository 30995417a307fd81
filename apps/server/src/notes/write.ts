import { faultOfUpdate } from '@latido/core';
import type { Clock, Db, Hints, Tx } from '../platform/index.ts';
import { problem } from '../platform/index.ts';
import { Y } from './hocuspocus.ts';
import type { PageRow } from './store.ts';
import { addUpdate, lockPage, longPages, writeSnapshot, writtenAfter } from './store.ts';
import { documentOf } from './yjs.ts';

/** Word to the other nodes that a page has changed; the payload is `node booking`. */
export const WRITTEN_HINT = 'notes.written';
/** A page is put together when so many updates are not. */
const UPDATES_APART_MAX = 300;

/** What writing needs. */
export interface WriteDeps {
  readonly db: Db;
  readonly clock: Pick<Clock, 'now'>;
  readonly hints: Hints;
}

interface Waiting {
  readonly update: Uint8Array;
  readonly stored: () => void;
  readonly refused: (why: unknown) => void;
}

/** Stores updates. Those of a page that arrive while others are being stored are stored together (group commit). */
export class Pen {
  readonly #deps: WriteDeps;
  readonly #waiting = new Map<string, Waiting[]>();
  readonly #writing = new Map<string, Promise<void>>();

  constructor(deps: WriteDeps) {
    this.#deps = deps;
  }

  /**
   * Resolves when the update is stored.
   *
   * @throws notes.too_large, notes.full
   */
  write(bookingId: string, update: Uint8Array): Promise<void> {
    if (faultOfUpdate(update.byteLength, 0)) return Promise.reject(tooLarge());
    const queue = this.#waiting.get(bookingId) ?? [];
    this.#waiting.set(bookingId, queue);
    const done = new Promise<void>((stored, refused) => queue.push({ update, stored, refused }));
    if (!this.#writing.has(bookingId)) {
      const round = this.#round(bookingId).finally(() => this.#writing.delete(bookingId));
      this.#writing.set(bookingId, round);
    }
    return done;
  }

  /** Resolves when everything that was given until now is stored, or refused. */
  async caughtUp(): Promise<void> {
    await Promise.all(this.#writing.values());
  }

  async #round(bookingId: string): Promise<void> {
    for (;;) {
      const batch = this.#waiting.get(bookingId) ?? [];
      this.#waiting.delete(bookingId);
      if (batch.length === 0) return;
      await this.#store(bookingId, batch);
    }
  }

  async #store(bookingId: string, batch: readonly Waiting[]): Promise<void> {
    const { db, clock, hints } = this.#deps;
    const bodies = inOne(batch.map(({ update }) => update));
    try {
      await db.transaction().execute(async (tx) => {
        for (const body of bodies)
          await writeIn(tx, await lockPage(tx, bookingId), { body, at: new Date(clock.now()) });
      });
      for (const { stored } of batch) stored();
      hints.publish(WRITTEN_HINT, `${hints.node} ${bookingId}`);
    } catch (error) {
      for (const { refused } of batch) refused(error);
    }
  }
}

/** Several updates as one; as they are, where somebody forged one that cannot be put together with others. */
function inOne(updates: readonly Uint8Array[]): readonly Uint8Array[] {
  if (updates.length === 1) return updates;
  try {
    return [Y.mergeUpdates([...updates])];
  } catch {
    return updates;
  }
}

/** @throws notes.full */
export async function writeIn(
  tx: Tx,
  page: PageRow,
  { body, at }: { body: Uint8Array; at: Date },
): Promise<void> {
  const room = faultOfUpdate(0, page.bytes + body.byteLength) ? await putTogether(tx, page) : page;
  if (faultOfUpdate(0, room.bytes + body.byteLength)) throw full();
  await addUpdate(tx, room, { body, at });
}

/** Puts all updates of a page into one: what was deleted is gone from it. The page is locked. */
export async function putTogether(tx: Tx, page: PageRow): Promise<PageRow> {
  const { bookingId, seq } = page;
  const written = await writtenAfter(tx, { bookingId, after: 0 });
  const doc = documentOf(written.map(({ body }) => body));
  const body = Y.encodeStateAsUpdate(doc);
  await writeSnapshot(tx, { bookingId, seq, body });
  return { ...page, snapshotSeq: seq, bytes: body.byteLength };
}

/** Puts together what has many updates apart, so that it opens soon. */
export async function putLongPagesTogether({ db }: Pick<WriteDeps, 'db'>): Promise<void> {
  for (const bookingId of await longPages(db, UPDATES_APART_MAX)) {
    await db.transaction().execute(async (tx) => {
      const page = await lockPage(tx, bookingId);
      if (page.seq - page.snapshotSeq > UPDATES_APART_MAX) await putTogether(tx, page);
    });
  }
}

function tooLarge(): Error {
  return problem('notes.too_large', 'This change is larger than 1 MB. Paste it in parts.');
}

function full(): Error {
  return problem('notes.full', 'The page has grown to 8 MB. Take something out of it first.');
}
