/** For tests only: payers and earners on whole servers, who do what a seed decides, while servers and statements fail. */
import { sql } from 'kysely';
import { createServer, type Server } from '../app.ts';
import { grantOf, House, serverClock, type Guest } from '../house.testing.ts';
import { memoryHub, newId, silentLog, type Database } from '../platform/index.ts';
import { Failing, type TestDatabases } from '../platform/testing.ts';
import { configFor } from '../server.testing.ts';
import { chanceOf } from '../simulation.testing.ts';
import { impossibilities } from './impossible.testing.ts';
import { Line } from './matching.testing.ts';
import { PEOPLE, type Player } from './players.testing.ts';

/** Evenings on two servers with one database, one after another: opening them takes as long as one. */
export class Evening {
  readonly house: House;
  told: string[] = [];
  #chance: () => number = chanceOf(0);
  readonly #hub = memoryHub(silentLog);
  readonly #failing = new Failing();
  readonly #people: Player[] = [];
  readonly #lines: Line[] = [];
  #other!: Server;
  #admin!: Guest;

  constructor(kind: TestDatabases) {
    const open = async () => {
      const database = await kind.open();
      return { ...database, db: database.db.withPlugin(this.#failing) };
    };
    this.house = new House({ ...kind, open }, { hints: () => this.#hub.join() });
  }

  async open(): Promise<void> {
    const { house } = this;
    await house.open();
    await this.#startOther();
    this.#admin = await house.invite('admin', 'admin');
    for (const [name, side, coins, wishes] of PEOPLE) {
      const guest = await house.invite(name, side === 'payer' ? 'client' : 'model', coins);
      this.#people.push({
        guest,
        side,
        coins,
        wishes,
        quietUntil: 0,
        roomName: '',
        inRoom: null,
        offers: new Set(),
      });
    }
    const [first] = this.#lines;
    const bea = this.#people.at(-1)?.guest;
    const brad = this.#people.at(-2)?.guest;
    if (!first || !bea || !brad) throw new Error('nobody is there');
    await this.#expect(200, first.ask('PATCH', '/api/v1/me', bea, { locale: 'es' }));
    const dear = { id: 'dear', name: 'Dear', price: 20 };
    await this.#expect(201, first.ask('POST', '/api/v1/plans', this.#admin, dear));
    const offered = { with: brad.personId, plans: ['dear'] };
    await this.#expect(200, first.ask('PUT', '/api/v1/plans', this.#admin, offered));
  }

  async close(): Promise<void> {
    await this.#other?.close();
    await this.house.close();
  }

  /** Nobody has blocked or met anybody yet, and each has what they come with: a seed plays the same whatever was played before. */
  async begin(seed: number): Promise<void> {
    this.#chance = chanceOf(seed);
    this.told = [];
    await sql`delete from access.block`.execute(this.#db);
    await sql`delete from matching.waiting`.execute(this.#db);
    for (const who of this.#people) {
      Object.assign(who, { quietUntil: 0, roomName: '', inRoom: null });
      who.offers.clear();
      const spent = who.coins - BigInt((await this.house.get('/api/v1/wallet', who.guest)).balance);
      if (spent > 0n) await this.#give(who.guest, spent);
    }
  }

  /** Everybody does something, time passes, and all that follows is done; gives what is so and must never be. */
  async step(): Promise<string[]> {
    for (const who of this.#people) await this.#act(who);
    if (this.#chance() < 0.03) await this.#oneRestarts();
    await this.#pass(500 + Math.floor(this.#chance() * 4_000));
    return await this.impossible();
  }

  /** Everybody leaves and a minute passes; gives what is left over and must not be. */
  async calmDown(): Promise<string[]> {
    for (const { guest } of this.#people) {
      await this.#leave(guest);
      const { state, roomName } = await this.#line.state(guest);
      if (state === 'in_call' && roomName) await this.#line.next(guest, { roomName });
      await this.#leave(guest);
    }
    for (let n = 0; n < 4; n += 1) await this.#pass(15_000);
    const left = await this.impossible();
    const open = await sql`select id, status from calls.call where status <> 'ended'`.execute(this.#db);
    if (open.rows.length > 0) left.push(`a call that nobody is in goes on: ${JSON.stringify(open.rows)}`);
    const kept = await sql`select person_id from matching.engaged`.execute(this.#db);
    if (kept.rows.length > 0) left.push(`somebody is kept: ${JSON.stringify(kept.rows)}`);
    const { sum, differences } = await this.house.get('/api/v1/admin/audit', this.#admin);
    if (sum !== 0 || differences.length > 0) left.push(`the books: ${JSON.stringify({ sum, differences })}`);
    for (const { guest } of this.#people) {
      const { held } = await this.house.get('/api/v1/wallet', guest);
      if (held > 0) left.push(`coins are held of ${guest.personId}`);
    }
    return left;
  }

  /** How many met. */
  async met(): Promise<number> {
    const { rows } = await sql<{ met: number }>`
      select count(*)::int as met from calls.call where started_at is not null`.execute(this.#db);
    return rows[0]?.met ?? 0;
  }

  impossible(): Promise<string[]> {
    return impossibilities(this.#db, this.house.clock.now());
  }

  async #give({ personId }: Guest, coins: bigint): Promise<void> {
    const by = { ...this.#admin, headers: { ...this.#admin.headers, 'idempotency-key': newId('call') } };
    const gift = { coins: Number(coins) };
    await this.#expect(201, this.#line.ask('POST', `/api/v1/wallets/${personId}/grants`, by, gift));
  }

  get #db(): Database['db'] {
    return this.house.server.database.db;
  }

  /** One of the two servers, as a load balancer would choose. */
  get #line(): Line {
    const line = this.#lines[Math.floor(this.#chance() * this.#lines.length)];
    if (!line) throw new Error('no server');
    return line;
  }

  async #startOther(): Promise<void> {
    const { house } = this;
    const database = { ...house.server.database, close: () => Promise.resolve() };
    this.#other = await createServer({
      config: configFor(house.fake),
      clock: serverClock(house.clock),
      database,
      hints: this.#hub.join(),
    });
    const other = this.#other;
    this.#lines.splice(0, 2, new Line(house), new Line(house, () => other));
  }

  async #oneRestarts(): Promise<void> {
    this.#note('a server starts anew');
    if (this.#chance() < 0.5) return await this.house.restart();
    await this.#other.close();
    await this.#startOther();
  }

  async #pass(ms: number): Promise<void> {
    await this.house.clock.advance(ms);
    for (let n = 0; n < 2; n += 1) {
      await this.house.settled();
      await this.#other.caughtUp();
    }
  }

  async #act(who: Player): Promise<void> {
    const { guest } = who;
    const now = this.house.clock.now();
    if (this.#chance() < 0.04) who.quietUntil = now + this.#chance() * 40_000;
    if (now < who.quietUntil) return;
    const line = this.#line;
    const told = await line.state(guest);
    const { state, offer, roomName, token } = told;
    const chance = this.#chance();
    if (offer) await this.#late(who, offer.id);
    if (state === 'off' && chance < 0.6) await this.#failingNow(() => this.#enter(who));
    if (state === 'waiting' && chance < 0.08) await this.#failingNow(() => this.#leave(guest));
    if (state === 'offered' && offer && chance < 0.85)
      await this.#failingNow(() =>
        chance < 0.7 ? line.accept(guest, offer.id) : line.skip(guest, offer.id),
      );
    if (state === 'connecting' && chance < 0.05) await this.#failingNow(() => this.#leave(guest));
    else if ((state === 'connecting' || state === 'in_call') && token && chance < 0.9) this.#come(who, token);
    if (state !== 'in_call' || roomName === undefined) return;
    if (chance < 0.25) await this.#next(who, roomName);
    else if (chance > 0.97) await this.#block(who, roomName);
    else if (chance > 0.93) this.#disappear(who, chance);
  }

  #enter({ guest, side, wishes }: Player): Promise<unknown> {
    const wish = wishes[Math.floor(this.#chance() * wishes.length)] ?? {};
    return side === 'earner' ? this.#line.onAir(guest, wish) : this.#line.look(guest, wish);
  }

  async #leave(guest: Guest): Promise<void> {
    await this.#line.ask('DELETE', '/api/v1/matching/waiting', guest);
    await this.#line.ask('DELETE', '/api/v1/matching/on-air', guest);
  }

  /** An offer that somebody had before is over, whoever says yes to it now. */
  async #late(who: Player, offerId: string): Promise<void> {
    const [before] = [...who.offers].filter((id) => id !== offerId);
    who.offers.add(offerId);
    if (before === undefined || this.#chance() > 0.1) return;
    who.offers.delete(before);
    const anybody = this.#people[Math.floor(this.#chance() * this.#people.length)] ?? who;
    const { status } = await this.#line.accept(anybody.guest, before);
    if (status !== 404 && status !== 409) throw new Error(`an offer that is over was accepted: ${status}`);
  }

  #come(who: Player, token: string): void {
    const { room, name } = grantOf(token);
    if (who.roomName === room) return;
    who.roomName = room;
    who.inRoom = this.house.fake.join({ room, identity: who.guest.personId, name });
  }

  #disappear(who: Player, chance: number): void {
    this.#note(`${who.guest.personId} ${chance > 0.95 ? 'vanishes' : 'closes the page'}`);
    if (chance > 0.95) who.inRoom?.vanish();
    else who.inRoom?.leave();
  }

  #inRoom(who: Player): Player | undefined {
    return this.#people.find((other) => other !== who && other.roomName === who.roomName);
  }

  /** Both at once on two servers, or the same twice; whatever is pressed after it moves nobody once more. */
  async #next(who: Player, roomName: string): Promise<void> {
    const other = this.#inRoom(who) ?? who;
    const press = ({ guest }: Player, line: Line) => line.next(guest, { roomName });
    const [one, two] = this.#chance() < 0.5 ? this.#lines : this.#lines.toReversed();
    if (!one || !two) return;
    await this.#failingNow(() => Promise.all([press(who, one), press(other, two)]));
    const first = await press(who, two);
    const placed = await this.#places(who, other);
    await Promise.all([press(other, one), press(who, one)]);
    if (first.status === 200 && placed !== (await this.#places(who, other)))
      throw new Error(`moved twice by one next: ${placed}, ${await this.#places(who, other)}`);
  }

  async #places(...people: Player[]): Promise<string> {
    const ids = people.map(({ guest }) => guest.personId);
    const { rows } = await sql`select person_id, since, ahead, free_since, silences from matching.waiting
      where person_id = any(${ids}::text[]) order by person_id`.execute(this.#db);
    return JSON.stringify(rows);
  }

  async #block(who: Player, roomName: string): Promise<void> {
    const other = this.#inRoom(who);
    if (!other || who.roomName === '' || roomName === '') return;
    this.#note(`${who.guest.personId} blocks ${other.guest.personId}`);
    await this.#line.ask('POST', `/api/v1/people/${other.guest.personId}/block`, who.guest, {});
  }

  /** Now and then the server dies at some statement of what is asked: then nothing of it is, or all. */
  async #failingNow(ask: () => Promise<unknown>): Promise<void> {
    if (this.#chance() > 0.15) return void (await ask());
    await this.#failing.at(1 + Math.floor(this.#chance() * 30), ask);
  }

  async #expect(status: number, answer: Promise<{ status: number; body: unknown }>): Promise<void> {
    const given = await answer;
    if (given.status !== status) throw new Error(`${given.status}: ${JSON.stringify(given.body)}`);
  }

  #note(what: string): void {
    this.told.push(`${Math.round(this.house.clock.now() / 1000) % 10_000} s: ${what}`);
  }
}
