import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { sql } from 'kysely';
import type { Database, Tx } from './database.ts';
import { rewindFollowers, startFollowers, type Followers, type LogRow, type Stage } from './follower.ts';
import { memoryHints } from './hints.ts';
import { silentLog } from './log.ts';
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
    const follow = (...stages: Stage<Word>[]): Followers => {
      const { db } = database;
      followers = startFollowers<Word>({
        db,
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
      await running.drain();
      await say('d');
      await running.drain();
      await running.drain();
      expect(seen).toEqual({ one: ['a', 'b', 'c', 'd'], two: ['a', 'b', 'c', 'd'] });
    });

    it('[FOLLOW-2] more rows than a batch are read to the end, and the cursor survives a restart', async () => {
      await database.db.transaction().execute(async (tx) => {
        await sql`insert into public.word select n, 'w' || n from generate_series(1, 1201) n`.execute(tx);
        await sql`insert into platform.log_head values ('words', 1201)`.execute(tx);
      });
      await follow(stage('one')).drain();
      expect(seen['one']).toHaveLength(1_201);
      expect(seen['one']?.at(-1)).toBe('w1201');
      await followers?.close();
      await say('new');
      await follow(stage('one')).drain();
      expect(seen['one']?.slice(1_201)).toEqual(['new']);
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
      await expect(running.drain()).rejects.toThrow('the stage one failed');
      expect(seen['two'] ?? []).toEqual(['good'].slice(0, seen['two']?.length ?? 0));
      whole = true;
      await running.drain();
      expect(seen['two']).toEqual(['good', 'bad']);
    });

    it('[FOLLOW-4] a rewind reads everything again', async () => {
      await say('a');
      await follow(stage('one')).drain();
      await followers?.close();
      await database.db.transaction().execute((tx) => rewindFollowers(tx, ['one']));
      await follow(stage('one')).drain();
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
      await running.drain();
      expect(seen['one'] ?? []).toEqual([]);
      commit();
      await Promise.all([late, early]);
      await running.drain();
      expect(seen['one']).toEqual(['late', 'after']);
    });
  });
}
