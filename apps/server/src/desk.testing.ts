/** For tests only: a mentor, mentees, and a session that they book, on a clock that the test moves. */
import type { Role } from '@latido/protocol';
import { grantOf, type Guest, type House } from './house.testing.ts';
import { signedIn } from './server.testing.ts';

export type { Guest };

const MIN = 60_000;

/** A house in which people book sessions. */
export class Desk {
  readonly house: House;

  #invited = 0;

  constructor(house: House) {
    this.house = house;
  }

  /** Somebody of this name, who has nothing to do with those of the tests before: one house serves them all. */
  invite(name: string, role: Role | Role[], coins = role === 'client' ? 100n : 0n): Promise<Guest> {
    this.#invited += 1;
    const email = `${name}.${this.#invited}@demo.test`;
    return signedIn(this.house.server, { name, roles: [role].flat(), coins, email });
  }

  /** Time passes, and what it brings is done. */
  async pass(min: number): Promise<void> {
    await this.house.clock.advance(min * MIN);
    await this.house.settled();
  }

  async ask(method: 'GET' | 'POST' | 'PUT' | 'DELETE', url: string, who: Guest, payload?: object) {
    const { headers } = who;
    const body = payload ? { payload } : {};
    const answer = await this.house.server.app.inject({ method, url: `/api/v1${url}`, headers, ...body });
    const isJson = String(answer.headers['content-type']).includes('json');
    return { status: answer.statusCode, body: isJson ? answer.json() : answer.body };
  }

  /** Open day and night in UTC, so that only what a test is about decides. */
  async offers(mentor: Guest, more: object = {}): Promise<string> {
    const weekly = [1, 2, 3, 4, 5, 6, 7].map((day) => ({ day, from: '00:00', to: '24:00' }));
    await this.ask('PUT', '/availability', mentor, { timeZone: 'UTC', weekly });
    const offering = { title: 'Review', minutes: 60, price: { kind: 'free' }, ...more };
    return (await this.ask('POST', '/offerings', mentor, offering)).body.id;
  }

  /** So many minutes from now, on a whole minute. */
  inMin = (min: number): string =>
    new Date(Math.ceil(this.house.clock.now() / MIN) * MIN + min * MIN).toISOString();

  book = (who: Guest, offeringId: string, startsAt: string, more: object = {}) =>
    this.ask('POST', '/bookings', who, { offeringId, startsAt, ...more });
  get = async (who: Guest, id: string) => (await this.ask('GET', `/bookings/${id}`, who)).body;
  act = (who: Guest, id: string, what: string, body?: object) =>
    this.ask('POST', `/bookings/${id}/${what}`, who, body);
  notices = async (who: Guest): Promise<string[]> => {
    const { items } = (await this.ask('GET', '/inbox?after=0', who)).body;
    return items.map(({ type }: { type: string }) => type);
  };
  wallet = async (who: Guest) => {
    const { available, held } = (await this.ask('GET', '/wallet', who)).body;
    return { available, held };
  };

  /** Booked for ten minutes from now, begun by its mentor. */
  async begun(mentor: Guest, mentees: Guest[], more: object = {}): Promise<string> {
    const offeringId = await this.offers(mentor, { seats: Math.max(1, mentees.length), ...more });
    const startsAt = this.inMin(10);
    let id = '';
    for (const who of mentees) id = (await this.book(who, offeringId, startsAt)).body.id;
    await this.act(mentor, id, 'start');
    return id;
  }

  /** Asks to come in and is let in; gives the entry. */
  async admitted(mentor: Guest, who: Guest, id: string): Promise<string> {
    const { entryId } = (await this.act(who, id, 'lobby')).body;
    await this.act(mentor, id, `lobby/${entryId}/admit`);
    return entryId;
  }

  /** Comes into the room with a token of the session. */
  async enter(who: Guest, id: string) {
    const { body } = await this.act(who, id, 'token', {});
    const { room, name } = grantOf(body.token);
    const there = this.house.fake.join({ room, identity: body.identity, name });
    await this.house.settled();
    return { room, identity: body.identity as string, callId: body.callId as string, there };
  }
}
