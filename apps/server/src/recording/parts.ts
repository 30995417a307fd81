import { chaptersDuring } from './chapters.ts';
import { keyOf } from './files.ts';
import { keepParts } from './keep.ts';
import type { Engine, Files, RecordingDeps } from './ports.ts';
import { endPart, partsOf, writeChapters, type RecordingRow } from './store.ts';

type Which = Pick<RecordingRow, 'id' | 'callId'>;

interface Means {
  readonly engine: Engine;
  readonly files: Files;
  /** Says that a call's recordings are to be read anew. */
  readonly tell: (callId: string) => void;
}

/** Parts as they end: the file is finished, its chapters and what it is are written down. Each once at a time. */
export class Parts {
  readonly #deps: Pick<RecordingDeps, 'db' | 'clock' | 'log' | 'hands'>;
  readonly #means: Means;
  readonly #writing = new Map<string, Promise<void>>();

  constructor(deps: RecordingDeps, means: Means) {
    this.#deps = deps;
    this.#means = means;
  }

  /** A part has ended, and is so long; null: as long as its file plays. */
  write(of: Which, n: number, durationMs: number | null): Promise<void> {
    const key = keyOf(of.id, n);
    const writing =
      this.#writing.get(key) ?? this.#write(of, n, durationMs).finally(() => this.#writing.delete(key));
    this.#writing.set(key, writing);
    return writing;
  }

  /**
   * Parts of a node that is gone are as long as they are. Its recorder may be at the last second yet: nobody waits for that. A
   * file that is not here is left to whoever has it.
   */
  async endOf(row: Which): Promise<void> {
    for (const { n, endedAt } of await partsOf(this.#deps.db, [row.id])) {
      if (endedAt !== null || (await this.#means.files.size(keyOf(row.id, n))) === null) continue;
      this.write(row, n, null).then(
        () => this.#means.tell(row.callId),
        (error: unknown) =>
          this.#deps.log.warn({ err: error, recording_id: row.id, part: n }, 'a part is written down later'),
      );
    }
  }

  /** Resolves when all that has ended is written down. */
  async caughtUp(): Promise<void> {
    await Promise.allSettled(this.#writing.values());
  }

  async #write({ id, callId }: Which, n: number, durationMs: number | null): Promise<void> {
    const { db, clock } = this.#deps;
    const { engine, files } = this.#means;
    const at = new Date(clock.now());
    const key = keyOf(id, n);
    const isHere = (await files.size(key)) !== null;
    const plays = isHere ? await engine.finish(await files.place(key)) : null;
    // A recorder that went without a word leaves its file to say it.
    const lastsMs = durationMs ?? plays;
    const bytes = (await files.size(key)) ?? 0;
    const startedAt = (await partsOf(db, [id])).find((part) => part.n === n)?.startedAt.getTime() ?? 0;
    const endedAt = lastsMs === null ? at.getTime() : startedAt + lastsMs;
    const chapters = await chaptersDuring(this.#deps, callId, { startedAt, endedAt });
    await writeChapters(db, { id, n, chapters });
    await endPart(db, { id, n, at, bytes, durationMs: lastsMs });
    await keepParts(this.#deps, files, [id]);
  }
}
