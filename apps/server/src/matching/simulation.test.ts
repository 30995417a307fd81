import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { House, grantOf } from '../house.testing.ts';
import { openTestDatabases, type TestDatabases } from '../platform/testing.ts';
import { chanceOf } from '../simulation.testing.ts';
import { Line, type Guest } from './matching.testing.ts';

/** More seeds: `npm run sim matching -- --seeds 1-20`. */
const [firstSeed = 1, lastSeed = 1] = (process.env['LATIDO_SEEDS'] ?? '')
  .split('-')
  .filter(Boolean)
  .map(Number);
const STEPS = 16;
const PAYERS = ['alice', 'anna', 'ada'];
/** Far above what a run takes on a machine that does much else. */
const RUN_MS = 300_000;

/** Payers and earners on a whole server, who do what chance says; what must never happen is asked of the tables at every step. */
class Evening {
  readonly house: House;
  readonly line: Line;
  readonly #chance: () => number;
  readonly #joined = new Map<string, string>();
  people: Guest[] = [];

  constructor(kind: TestDatabases, seed: number) {
    this.house = new House(kind);
    this.line = new Line(this.house);
    this.#chance = chanceOf(seed);
  }

  async run(): Promise<void> {
    await this.house.open();
    for (const name of PAYERS) this.people.push(await this.house.invite(name, 'client', 60n));
    for (const name of ['bob', 'brad']) this.people.push(await this.house.invite(name, 'model'));
    for (let step = 0; step < STEPS; step += 1) {
      for (const who of this.people) await this.#act(who);
      await this.house.clock.advance(2_000);
      await this.line.settled();
      await this.#nothingImpossible();
    }
    await this.#calmDown();
  }

  async #act(who: Guest): Promise<void> {
    const chance = this.#chance();
    // Now and then a page is not heard.
    if (chance < 0.08) return;
    const { state, offer, roomName, token, side } = await this.line.state(who);
    const isEarner = this.people.indexOf(who) >= PAYERS.length;
    if (state === 'off')
      return void (chance < 0.6 && (await (isEarner ? this.line.onAir(who) : this.line.look(who))));
    if (state === 'waiting' && chance < 0.12)
      await this.line.ask('DELETE', `/api/v1/matching/${side === 'earner' ? 'on-air' : 'waiting'}`, who);
    if (state === 'offered' && offer && chance < 0.85)
      await (chance < 0.7 ? this.line.accept(who, offer.id) : this.line.skip(who, offer.id));
    if ((state === 'connecting' || state === 'in_call') && token) this.#come(who, token);
    if (state !== 'in_call' || roomName === undefined) return;
    if (chance < 0.3) {
      // Both, or the same twice: one end all the same.
      await Promise.all(
        this.people.slice(0, 3 + Math.floor(chance * 10)).map((each) => this.line.next(each, { roomName })),
      );
      await this.line.next(who, { roomName });
    } else if (chance > 0.95) {
      const other = this.people.find(
        ({ personId }) => personId !== who.personId && this.#joined.get(personId) === roomName,
      );
      if (other) await this.line.ask('POST', `/api/v1/people/${other.personId}/block`, who, {});
    }
  }

  #come(who: Guest, token: string): void {
    const { room, name } = grantOf(token);
    if (this.#joined.get(who.personId) === room) return;
    this.#joined.set(who.personId, room);
    this.house.fake.join({ room, identity: who.personId, name });
  }

  async #rows(query: ReturnType<typeof sql>): Promise<unknown[]> {
    return (await query.execute(this.house.server.database.db)).rows;
  }

  async #nothingImpossible(): Promise<void> {
    const inTwo = sql`select p.person_id from calls.call c join calls.call_person p on p.call_id = c.id
      where c.status <> 'ended' group by p.person_id having count(*) > 1`;
    expect(await this.#rows(inTwo), 'somebody is in two calls').toEqual([]);
    const engaged = sql`select o.id from matching.offer o where o.decided_at is null
      and (select count(*) from matching.engaged e where e.offer_id = o.id) <> 2`;
    expect(await this.#rows(engaged), 'an offer without its two').toEqual([]);
    const blocked = sql`select o.id from matching.offer o join access.block b
      on (b.by_id, b.of_id) in ((o.payer_id, o.earner_id), (o.earner_id, o.payer_id)) where o.created_at > b.created_at`;
    expect(await this.#rows(blocked), 'a blocked pair').toEqual([]);
    const twice = sql`select call_id from presence.fact_told where type = 'next' group by call_id having count(*) > 1`;
    expect(await this.#rows(twice), 'a call that was ended twice by next').toEqual([]);
  }

  /** Everybody leaves: nothing is held, no call goes on, the books balance, and every coin is somewhere. */
  async #calmDown(): Promise<void> {
    for (const who of this.people) {
      await this.line.ask('DELETE', '/api/v1/matching/waiting', who);
      await this.line.ask('DELETE', '/api/v1/matching/on-air', who);
      const { state, roomName } = await this.line.state(who);
      if (state === 'in_call' && roomName) await this.line.next(who, { roomName });
      await this.line.ask('DELETE', '/api/v1/matching/waiting', who);
      await this.line.ask('DELETE', '/api/v1/matching/on-air', who);
    }
    for (let n = 0; n < 4; n += 1) {
      await this.house.clock.advance(15_000);
      await this.line.settled();
    }
    const open = sql`select id from calls.call where status <> 'ended'`;
    expect(await this.#rows(open), 'a call goes on').toEqual([]);
    expect(await this.#rows(sql`select person_id from matching.engaged`), 'somebody is kept').toEqual([]);
    const admin = await this.house.invite('admin', 'admin');
    expect(await this.house.get('/api/v1/admin/audit', admin)).toMatchObject({ sum: 0, differences: [] });
    for (const who of this.people.slice(0, PAYERS.length))
      expect((await this.house.get('/api/v1/wallet', who)).held, 'coins are held').toBe(0);
  }
}

for (const kind of await openTestDatabases()) {
  describe(`an evening of matching on ${kind.name}`, () => {
    for (let seed = firstSeed; seed <= lastSeed; seed += 1) {
      it(
        `[MATCH-25] seed ${seed}: nothing impossible, and in the end nothing is held and the books balance`,
        async () => {
          const evening = new Evening(kind, seed);
          try {
            await evening.run();
          } finally {
            await evening.house.close();
          }
        },
        RUN_MS,
      );
    }
  });
}
