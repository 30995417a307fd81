import { sql } from 'kysely';
import type { Clock, Db } from '../platform/index.ts';

/** When somebody's place was heard last. */
export interface Heard {
  readonly personId: string;
  readonly beatAt: number;
}

/** Signs of pages that somebody looks at: written together, twice a second, however many there are. */
export class Beats {
  readonly #db: Db;
  readonly #clock: Pick<Clock, 'now'>;
  #last = new Map<string, { personId: string; page: string | null; at: Date }>();

  constructor({ db, clock }: { db: Db; clock: Pick<Clock, 'now'> }) {
    this.#db = db;
    this.#clock = clock;
  }

  /** A page of theirs has asked; of several only the one that holds the place counts, and a program without a page does. */
  beat(personId: string, page: string | null = null): void {
    this.#last.set(`${personId} ${page ?? ''}`, { personId, page, at: new Date(this.#clock.now()) });
  }

  /** Writes them; gives whose places were heard, and when (epoch ms). */
  async flush(): Promise<Heard[]> {
    if (this.#last.size === 0) return [];
    const beats = [...this.#last].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, beat]) => beat);
    this.#last = new Map();
    // In the order of ids, as whoever else locks several: the first of two who wait for each other would be ended.
    const { rows } = await sql<Heard>`
      with heard as materialized (
        select "personId", page, max(at) as at
          from jsonb_to_recordset(${JSON.stringify(beats)}::jsonb) as r ("personId" text, page text, at timestamptz)
         group by "personId", page
      ), locked as materialized (
        select w.person_id from matching.waiting w where w.person_id in (select "personId" from heard) order by w.person_id for update
      )
      update matching.waiting w set beat_at = greatest(w.beat_at, b.at) from heard b, locked l
      where w.person_id = b."personId" and l.person_id = w.person_id and w.off is null
        and (w.page is null or b.page is null or w.page = b.page)
      returning w.person_id as "personId", (extract(epoch from w.beat_at) * 1000)::float8 as "beatAt"`.execute(
      this.#db,
    );
    return rows;
  }
}
