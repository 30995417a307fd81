import { sql } from 'kysely';
import type { Fact, NewFact } from '@latido/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Database, Stage } from '../platform/index.ts';
import { memoryHub, silentLog, startFollowers } from '../platform/index.ts';
import { ManualClock, openTestDatabases } from '../platform/testing.ts';
import { appendAndHint, FACT_LOG, presenceStage, readFacts } from './index.ts';
import { FactWriter } from './fact-writer.ts';
import { Registry } from './registry.ts';
import { startTakingOver } from './take-over.ts';

const T0 = Date.parse('2026-01-05T10:00:00Z');
let events = 0;

const said = (participantSid: string, type: string): NewFact => ({
  source: 'webhook',
  sourceEventId: `EV_${(events += 1)}`,
  roomName: 'salon',
  roomSid: 'RM_1',
  participantSid,
  identity: `id_${participantSid}`,
  type,
  occurredAt: T0 + events,
  receivedAt: T0 + events,
  payload: {},
});

for (const store of await openTestDatabases()) {
  describe(`what a node knows of the fold on ${store.name}`, () => {
    let database: Database;
    beforeAll(async () => {
      database = await store.open();
    });
    afterAll(() => database.close());

    /** Nodes on one database, each with a clock of its own: only that of `fold` moves the log's cursor. */
    async function nodes() {
      await sql`truncate presence.fact, presence.interval, presence.proof, platform.follower`.execute(
        database.db,
      );
      await sql`update platform.log_head set seq = 0`.execute(database.db);
      const { db } = database;
      const hub = memoryHub(silentLog);
      const hints = hub.join();
      const clock = new ManualClock(T0);
      const registry = new Registry();
      const factWriter = new FactWriter({ db, hints, log: silentLog, clock });
      const now = (): number => clock.now();
      const here = startTakingOver({ db, hints, registry, now, log: silentLog, clock, factWriter });
      const fold = async (stage: Stage<Fact>): Promise<void> => {
        const options = { db, hints, log: silentLog, clock: new ManualClock(T0) };
        const followers = startFollowers<Fact>({
          ...options,
          topic: FACT_LOG,
          read: readFacts,
          stages: [stage],
        });
        await followers.caughtUp();
        await followers.close();
        await here.caughtUp();
      };
      const append = (...facts: NewFact[]) => appendAndHint({ db, hints }, facts);
      const people = () =>
        registry
          .all()
          .map(({ watch }) => watch.participantSid)
          .toSorted();
      const pass = async (ms: number): Promise<void> => {
        await clock.advance(ms);
        await here.caughtUp();
      };
      /** Up to when somebody is proved there, as far as this node knows. */
      const provedAt = (sid: string) => registry.get(sid)?.watch.lastProofAt;
      return { here, hub, fold, append, people, pass, provedAt };
    }

    test('what is folded here is known at once', async () => {
      const { here, fold, append, people } = await nodes();
      await append(said('PA_a', 'participant_joined'), said('PA_b', 'participant_joined'));
      await fold(here.stage);
      expect(people()).toEqual(['PA_a', 'PA_b']);
      await append(said('PA_a', 'participant_left'));
      await fold(here.stage);
      expect(people()).toEqual(['PA_b']);
      await here.close();
    });

    test('[METER-33] the call of whom LiveKit alone witnessed is named once they have left, until units are laid by it', async () => {
      const { here, fold, append } = await nodes();
      await append({ ...said('PA_a', 'participant_joined'), callId: 'call_1' });
      await fold(here.stage);
      const standing = (laid: bigint) => here.departed(() => Promise.resolve(laid));
      expect(await standing(0n)).toEqual([]);
      await append(said('PA_a', 'participant_left'));
      await fold(here.stage);
      expect(await standing(1n)).toEqual(['call_1']);
      expect(await standing(2n)).toEqual([]);
      await here.close();
    });

    test('what another node has folded is known within a second, whatever is folded here afterwards', async () => {
      const { here, fold, append, people, pass } = await nodes();
      await append(said('PA_a', 'participant_joined'), said('PA_b', 'participant_joined'));
      await fold(here.stage);
      await append(said('PA_a', 'participant_left'), said('PA_c', 'participant_joined'));
      await fold(presenceStage);
      await append(said('PA_d', 'participant_joined'));
      await fold(here.stage);
      expect(people()).toEqual(['PA_a', 'PA_b', 'PA_d']);
      await pass(1_000);
      expect(people()).toEqual(['PA_b', 'PA_c', 'PA_d']);
      await here.close();
    });

    test('proofs that another node wrote down are known within four seconds, and looked for seldom where there is none', async () => {
      const { here, hub, fold, append, pass, provedAt } = await nodes();
      await append(said('PA_a', 'participant_joined'));
      await fold(here.stage);
      await pass(1_000);
      const writeProof = async (at: number): Promise<void> => {
        await sql`
          insert into presence.proof (participant_sid, via, from_at, to_at, node, room_name, room_sid, identity)
          values ('PA_a', 'beat', ${new Date(T0)}, ${new Date(at)}, 'other', 'salon', 'RM_1', 'id_PA_a')
          on conflict (participant_sid) do update set to_at = excluded.to_at`.execute(database.db);
      };
      await writeProof(T0 + 5_000);
      await pass(8_000);
      expect(provedAt('PA_a')).toBeLessThan(T0 + 1_000);
      hub.join();
      await pass(1_000);
      expect(provedAt('PA_a')).toBe(T0 + 5_000);
      await writeProof(T0 + 13_000);
      await pass(4_000);
      expect(provedAt('PA_a')).toBe(T0 + 13_000);
      await here.close();
    });

    test('the end of a room takes everybody in it', async () => {
      const { here, fold, append, people } = await nodes();
      await append(said('PA_a', 'participant_joined'), said('PA_b', 'participant_joined'));
      await fold(here.stage);
      const end = { ...said('', 'room_finished'), participantSid: null, identity: null };
      await append({ ...end, occurredAt: T0 + 60_000 });
      await fold(here.stage);
      expect(people()).toEqual([]);
      await here.close();
    });
  });
}
