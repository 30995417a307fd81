import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { sql } from 'kysely';
import { systemClock, type Clock } from './clock.ts';
import type { Database, Tx } from './database.ts';
import { FLOOD_ROWS, REST_TIMES, rewindFollowers, startFollowers, type Followers } from './follower.ts';
import { memoryHints } from './hints.ts';
import { silentLog } from './log.ts';
import { ManualClock } from './manual-clock.ts';
import type { LogRow, Stage } from './stage.ts';
import { dropStuck, listStuck, wantRetry } from './stuck.ts';
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
      await database.script('truncate public.word, platform.follower, platform.log_head, platform.stuck');
    });
    afterEach(() => followers?.close());
    afterAll(() => database.close());
    const say = (word: string) => database.db.transaction().execute((tx) => append(tx, word));
    const stage = (name: string, after?: string): Stage<Word> => ({
      name,
      ...(after === undefined ? {} : { after }),
      // w12 is about w; a-1 about a.
      keyOf: ({ word }) => word.split('-')[0] ?? '',
      async apply(_tx, words) {
        (seen[name] ??= []).push(...words.map(({ word }) => word));
        return undefined;
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

    /** Writes what it is told, and fails at a word that is bad for as long as `isBad` says so. */
    const stumbling = (isBad: (word: string) => boolean): Stage<Word> => ({
      ...stage('one'),
      async apply(tx, batch) {
        for (const { seq, word } of batch) {
          await sql`insert into public.word values (-${seq}::bigint, ${word})`.execute(tx);
          if (isBad(word)) throw new Error(`${word} cannot be folded`);
        }
        return undefined;
      },
    });
    const written = async (): Promise<string[]> => {
      const { rows } = await sql<{ word: string }>`
        select word from public.word where seq < 0 order by seq desc`.execute(database.db);
      return rows.map(({ word }) => word);
    };
    const stuck = async () => (await listStuck(database.db)).map(({ since: _since, ...what }) => what);

    it('[FOLLOW-6] a key that does not fold is put aside and named; every other goes on, its later facts wait', async () => {
      for (const word of ['a-1', 'b-1', 'c-1', 'b-2', 'a-2']) await say(word);
      const running = follow(
        stumbling((word) => word === 'b-1'),
        stage('two', 'one'),
      );
      await running.caughtUp();
      await say('b-3');
      await say('a-3');
      await running.caughtUp();
      expect(await written()).toEqual(['a-1', 'c-1', 'a-2', 'a-3']);
      // The first turn of the loop tries again what is stuck, and may come after this one.
      const tries = expect.any(Number) as number;
      const expected = { stage: 'one', key: 'b', seq: 2n, error: 'b-1 cannot be folded', tries };
      expect(await stuck()).toEqual([expected]);
      expect(seen['two']).toEqual(['a-1', 'b-1', 'c-1', 'b-2', 'a-2', 'b-3', 'a-3']);
    });

    it('[FOLLOW-6] after the fix a retry folds what waited, in order; so does a restart', async () => {
      // What is not mended yet stays so, however often a slow machine lets it be tried meanwhile.
      const bad = new Set(['a-1', 'b-1']);
      for (const word of ['a-1', 'b-1', 'b-2']) await say(word);
      const stage1 = stumbling((word) => bad.has(word));
      const running = follow(stage1);
      await running.caughtUp();
      expect(await written()).toEqual([]);
      await running.close();
      // Still bad: one more try, and it stays.
      await follow(stage1).caughtUp();
      await expect.poll(stuck).toMatchObject([{ tries: 2 }, { tries: 2 }]);
      bad.delete('b-1');
      expect(await wantRetry(database.db, { stage: 'one', key: 'b' })).toBe(1);
      followers?.wake();
      await expect.poll(written).toEqual(['b-1', 'b-2']);
      expect(await stuck()).toMatchObject([{ key: 'a' }]);
      await followers?.close();
      bad.clear();
      await follow(stage1).caughtUp();
      await expect.poll(stuck).toEqual([]);
      expect((await written()).toSorted()).toEqual(['a-1', 'b-1', 'b-2']);
    });

    it('[FOLLOW-6] what is dropped is never folded, what comes later is', async () => {
      await say('b-1');
      const running = follow(stumbling((word) => word === 'b-1'));
      await running.caughtUp();
      expect(await dropStuck(database.db, { stage: 'one', key: 'b' })).toBe(true);
      expect(await dropStuck(database.db, { stage: 'one', key: 'b' })).toBe(false);
      await say('b-2');
      await running.caughtUp();
      expect(await written()).toEqual(['b-2']);
    });

    it('[FOLLOW-6] one bad key among five thousand costs a few more tries, not one a key', async () => {
      await database.db.transaction().execute(async (tx) => {
        await sql`insert into public.word select n, 'k' || n || '-' from generate_series(1, 5000) n`.execute(
          tx,
        );
        await sql`insert into platform.log_head values ('words', 5000)`.execute(tx);
      });
      let tries = 0;
      const folded = new Set<string>();
      const one: Stage<Word> = {
        ...stage('one'),
        async apply(_tx, batch) {
          tries += 1;
          if (batch.some(({ word }) => word === 'k4321-')) throw new Error('cannot');
          for (const { word } of batch) folded.add(word);
          return undefined;
        },
      };
      await follow(one).caughtUp();
      expect(folded.size).toBe(4_999);
      expect(tries).toBeLessThan(40);
      expect(await stuck()).toMatchObject([{ key: 'k4321', seq: 4_321n }]);
    });

    it('[FOLLOW-7] under a flood the writers get several times what a batch has taken, and no more', async () => {
      const manual = new ManualClock();
      clock = manual;
      const TOOK_MS = 20;
      const applied: { at: number; words: number }[] = [];
      let commit = (): void => undefined;
      const committed = () => new Promise<void>((resolve) => (commit = resolve));
      let once = committed();
      const slow: Stage<Word> = {
        ...stage('one'),
        async apply(_tx, batch) {
          applied.push({ at: manual.monotonic(), words: batch.length });
          if (applied.length === 1) await manual.advance(TOOK_MS);
          return () => commit();
        },
      };
      const running = follow(slow);
      await running.caughtUp();
      await sayMany(FLOOD_ROWS);
      running.wake();
      await once;
      once = committed();
      await say('late');
      running.wake();
      await manual.advance(TOOK_MS * REST_TIMES - 1);
      // Whoever did not wait would be through by now.
      for (let n = 0; n < 20; n += 1) await sql`select 1`.execute(database.db);
      expect(applied).toEqual([{ at: 0, words: FLOOD_ROWS }]);
      await manual.advance(1);
      await once;
      clock = systemClock;
      expect(applied.slice(1)).toEqual([{ at: TOOK_MS + TOOK_MS * REST_TIMES, words: 1 }]);
    });

    it("[FOLLOW-3] a fault of the database is no fact's: the stage keeps its cursor and goes on when it is whole", async () => {
      let isWhole = false;
      const one: Stage<Word> = {
        ...stage('one'),
        async apply(tx, words) {
          await sql`insert into public.word values (-${words[0]?.seq ?? 0n}::bigint, 'written')`.execute(tx);
          if (!isWhole) throw Object.assign(new Error('no space left'), { code: '53100' });
          return undefined;
        },
      };
      await say('good');
      const running = follow(one, stage('two', 'one'), stage('three'));
      await expect(running.caughtUp()).rejects.toThrow('no space left');
      expect(seen['two']).toBeUndefined();
      expect(await written()).toEqual([]);
      // [FOLLOW-8] a stage that fails starves none that does not come after it.
      await expect.poll(() => seen['three']).toEqual(['good']);
      expect(await stuck()).toEqual([]);
      isWhole = true;
      await running.caughtUp();
      expect(seen['two']).toEqual(['good']);
    });

    it("[FOLLOW-6] what Node says of a value is its key's fault; what it says of a connection is nobody's", async () => {
      let code = 'ERR_STREAM_DESTROYED';
      const one = stumbling((word) => word === 'b-1');
      const coded: Stage<Word> = {
        ...one,
        apply: (tx, words) =>
          one.apply(tx, words).catch((error: Error) => {
            throw Object.assign(error, { code });
          }),
      };
      for (const word of ['a-1', 'b-1']) await say(word);
      const running = follow(coded);
      await expect(running.caughtUp()).rejects.toThrow('b-1 cannot be folded');
      expect(await stuck()).toEqual([]);
      code = 'ERR_INVALID_URL';
      await running.caughtUp();
      expect(await stuck()).toMatchObject([{ key: 'b' }]);
      expect(await written()).toEqual(['a-1']);
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
          return async () => {
            applied.push(words);
            return undefined;
          };
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
