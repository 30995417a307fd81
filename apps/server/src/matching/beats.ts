import { sql } from 'kysely';
import type { Clock, Db } from '../platform/index.ts';

/** Signs of pages that somebody looks at: written together, twice a second, however many there are. */
export class Beats {
  readonly #db: Db;
  readonly #clock: Pick<Clock, 'now'>;
  #at = new Map<string, number>();

  constructor({ db, clock }: { db: Db; clock: Pick<Clock, 'now'> }) {
    this.#db = db;
    this.#clock = clock;
  }

  /** A page of theirs has asked. */
  beat(personId: string): void {
    this.#at.set(personId, this.#clock.now());
  }

  async flush(): Promise<void> {
    if (this.#at.size === 0) return;
    const beats = [...this.#at].toSorted(([a], [b]) => (a < b ? -1 : 1));
    this.#at = new Map();
    const rows = JSON.stringify(beats.map(([personId, at]) => ({ personId, at: new Date(at) })));
    await sql`update matching.waiting w set beat_at = greatest(w.beat_at, b.at)
      from jsonb_to_recordset(${rows}::jsonb) as b ("personId" text, at timestamptz)
      where w.person_id = b."personId" and w.off is null`.execute(this.#db);
  }
}
