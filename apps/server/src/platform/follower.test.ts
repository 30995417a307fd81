import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { sql } from 'kysely';
import { systemClock, type Clock } from './clock.ts';
import type { Database, Tx } from './database.ts';
import { rewindFollowers, startFollowers, type Followers } from './follower.ts';
import type { LogRow, Stage } from './follower-batch.ts';
import { FLOOD_ROWS_LEAST, GIVE_WAY_TIMES } from './follower-pace.ts';
import { memoryHints } from './hints.ts';
import { silentLog } from './log.ts';
import { ManualClock } from './manual-clock.ts';
import { openTestDatabases } from './testing.ts';

interface Word extends LogRow {
  word: string;
}

/** Appends as presence does: the head is locked by the last statement before the commit. */
async function append(tx: Tx, word: string): Promise<void> {
  await sql`with head as (
      insert into platform.log_head (name, seq) values ('words', 1)
      on conflict (name) do update set seq = platform.log_head.seq + 1 returning seq)
    insert into public.word (seq, word) select seq, ${word} from head`.execute(tx);
}

async function read(tx: Tx, after: bigint, upTo: bigint, limit: number): Promise<Word[]> {
  const { rows } = await sql<Word>`select seq, word from public.word
    where seq > ${after} and seq <= ${upTo} order by seq limit ${limit}`.execute(tx);
  return rows;
}

for (const store of await openTestDatabases()) {
  describe(`followers on ${store.name}`, () => {
    let database: Database;
    let followers: Followers | undefined;
    const seen: Record<string, string[]> = {};
    beforeAll(async () => {
      database = await store.open();
      await database.script('create table public.word (seq bigint primary key, word text not null)');
    });
    beforeEach(async () => {
      for (const name of Object.keys(seen)) delete seen[name];
      await database.script('truncate public.word, platform.follower, platform.log_head');
    });
    afterEach(() => followers?.close());
    afterAll(() => database.close());
    const say = (word: string) => database.db.transaction().execute((tx) => append(tx, word));
    const stage = (name: string, after?: string): Stage<Word> => ({
      name,
      ...(after === undefined ? {} : { after }),
      async apply(_tx, words) {
        (seen[name] ??= []).push(...words.map(({ word }) => word));
      },
    });
    let clock: Clock = systemClock;
    const follow = (...stages: Stage<Word>[]): Followers => {
      const { db } = database;
      followers = startFollowers<Word>({
        db,
        clock,
        hints: memoryHints(silentLog),
        log: silentLog,
        topic: 'words',
        read,
        stages,
      });
      return followers;
    };

    it('[FOLLOW-1] each stage reads every row once and in order, the later one after the earlier one', async () => {
      for (const word of ['a', 'b', 'c']) await say(word);
      const running = follow(stage('one'), stage('two', 'one'));
      await running.caughtUp();
      await say('d');
      await running.caughtUp();
      await running.caughtUp();
      expect(seen).toEqual({ one: ['a', 'b', 'c', 'd'], two: ['a', 'b', 'c', 'd'] });
    });

    const sayMany = (count: number) =>
      database.db.transaction().execute(async (tx) => {
        await sql`insert into public.word select n, 'w' || n from generate_series(1, ${count}::int) n`.execute(
          tx,
        );
        await sql`insert into platform.log_head values ('words', ${count}::int)`.execute(tx);
      });
    const words = (count: number) => Array.from({ length: count }, (_, n) => `w${n + 1}`);

    it('[FOLLOW-2] more rows than a batch are read to the end, and the cursor survives a restart', async () => {
      await sayMany(9_001);
      await follow(stage('one')).caughtUp();
      expect(seen['one']).toEqual(words(9_001));
      await followers?.close();
      await say('new');
      await follow(stage('one')).caughtUp();
      expect(seen['one']?.slice(9_001)).toEqual(['new']);
    });

    it('[FOLLOW-6] a row that does not pass holds up none of those before it', async () => {
      await sayMany(5_000);
      const sizes: number[] = [];
      const stumbling: Stage<Word> = {
        name: 'one',
        async apply(_tx, batch) {
          sizes.push(batch.length);
          if (batch.some(({ word }) => word === 'w4321')) throw new Error('cannot');
          (seen['one'] ??= []).push(...batch.map(({ word }) => word));
        },
      };
      const running = follow(stumbling);
      await expect(running.caughtUp()).rejects.toThrow('the stage one failed');
      await expect(running.caughtUp()).rejects.toThrow('the stage one failed');
      expect(seen['one']).toEqual(words(4_320));
      // While it stands, it alone is tried.
      expect(sizes.at(-1)).toBe(1);
      expect(sizes.length).toBeLessThan(60);
    });

    it('[FOLLOW-7] under a flood the next turn comes as late as was given way, not later', async () => {
      const manual = new ManualClock();
      clock = manual;
      const TOOK_MS = 40;
      const applied: { at: number; words: number }[] = [];
      let commit = (): void => undefined;
      const committed = () => new Promise<void>((resolve) => (commit = resolve));
      let once = committed();
      const slow: Stage<Word> = {
        name: 'one',
        async apply(_tx, batch) {
          applied.push({ at: manual.monotonic(), words: batch.length });
          if (applied.length === 1) await manual.advance(TOOK_MS);
        },
        committed: () => commit(),
      };
      const running = follow(slow);
      await running.caughtUp();
      await sayMany(FLOOD_ROWS_LEAST * 2);
      running.wake();
      await once;
      once = committed();
      await say('late');
      running.wake();
      await manual.advance(TOOK_MS * GIVE_WAY_TIMES - 1);
      // Whoever did not wait would be through by now.
      for (let n = 0; n < 20; n += 1) await sql`select 1`.execute(database.db);
      expect(applied).toEqual([{ at: 0, words: FLOOD_ROWS_LEAST * 2 }]);
      await manual.advance(1);
      await once;
      clock = systemClock;
      expect(applied.slice(1)).toEqual([{ at: TOOK_MS + TOOK_MS * GIVE_WAY_TIMES, words: 1 }]);
    });

    it('[FOLLOW-3] a stage that fails keeps its cursor, holds up who comes after it, and goes on when it is whole', async () => {
      let whole = false;
      const one: Stage<Word> = {
        name: 'one',
        async apply(tx, words) {
          await sql`insert into public.word values (-${words[0]?.seq ?? 0n}::bigint, 'written')`.execute(tx);
          if (!whole && words.some(({ word }) => word === 'bad')) throw new Error('cannot');
        },
      };
      await say('good');
      await say('bad');
      const running = follow(one, stage('two', 'one'));
      await expect(running.caughtUp()).rejects.toThrow('the stage one failed');
      expect(seen['two'] ?? []).toEqual(['good'].slice(0, seen['two']?.length ?? 0));
      whole = true;
      await running.caughtUp();
      expect(seen['two']).toEqual(['good', 'bad']);
    });

    it('[FOLLOW-9] what a stage worked out ahead is written, unless the cursor has moved meanwhile', async () => {
      const prepared: string[][] = [];
      const applied: string[][] = [];
      let meanwhile = (): Promise<unknown> => Promise.resolve();
      const ahead: Stage<Word> = {
        ...stage('one'),
        async prepare(_db, batch) {
          const words = batch.map(({ word }) => word);
          prepared.push(words);
          await meanwhile();
          return async () => void applied.push(words);
        },
      };
      await say('a');
      await say('b');
      meanwhile = async () => {
        meanwhile = () => Promise.resolve();
        // Another node has folded the first one.
        await sql`insert into platform.follower (name, seq) values ('one', 1)`.execute(database.db);
      };
      await follow(ahead).caughtUp();
      expect(prepared).toEqual([['a', 'b'], ['b']]);
      expect(applied).toEqual([['b']]);
      await say('c');
      await followers?.caughtUp();
      expect(applied).toEqual([['b'], ['c']]);
    });

    it('[FOLLOW-4] a rewind reads everything again', async () => {
      await say('a');
      await follow(stage('one')).caughtUp();
      await followers?.close();
      await database.db.transaction().execute((tx) => rewindFollowers(tx, ['one']));
      await follow(stage('one')).caughtUp();
      expect(seen['one']).toEqual(['a', 'a']);
    });

    // The embedded database has one session: there nobody can commit late.
    const between = store.name === 'pglite' ? [] : ['two sessions'];
    it.each(between)('[FOLLOW-5] a row that commits late is not passed by (%s)', async () => {
      const running = follow(stage('one'));
      let commit = (): void => undefined;
      let written = (): void => undefined;
      const isWritten = new Promise<void>((resolve) => (written = resolve));
      const late = database.db.transaction().execute(async (tx) => {
        await append(tx, 'late');
        written();
        await new Promise<void>((resolve) => (commit = resolve));
      });
      await isWritten;
      const early = say('after');
      await running.caughtUp();
      expect(seen['one'] ?? []).toEqual([]);
      commit();
      await Promise.all([late, early]);
      await running.caughtUp();
      expect(seen['one']).toEqual(['late', 'after']);
    });
  });
}
