/** For tests only: people who look for each other, on a clock that the test moves. */
import type { MatchingState } from '@latido/protocol';
import { grantOf, type Guest, type House } from '../house.testing.ts';

export type { Guest };

/** A house in which people find each other. */
export class Line {
  readonly house: House;
  readonly #server: () => House['server'];

  /** Whoever asks does so at this server. */
  constructor(house: House, server: () => House['server'] = () => house.server) {
    this.house = house;
    this.#server = server;
  }

  async ask(method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', url: string, who: Guest, payload?: object) {
    const { headers } = who;
    const answer = await this.#server().app.inject({
      method,
      url,
      headers,
      ...(payload ? { payload } : {}),
    });
    return { status: answer.statusCode, body: answer.body === '' ? null : answer.json() };
  }

  state = async (who: Guest): Promise<MatchingState> => (await this.ask('GET', '/api/v1/matching', who)).body;
  look = (who: Guest, wish: object = {}) => this.ask('POST', '/api/v1/matching/waiting', who, wish);
  onAir = (who: Guest, wish: object = {}) => this.ask('POST', '/api/v1/matching/on-air', who, wish);
  stop = (who: Guest) => this.ask('DELETE', '/api/v1/matching/waiting', who);
  accept = (who: Guest, id: string) => this.ask('POST', `/api/v1/matching/offers/${id}/accept`, who);
  skip = (who: Guest, id: string) => this.ask('POST', `/api/v1/matching/offers/${id}/skip`, who);
  next = (who: Guest, body: object = {}) => this.ask('POST', '/api/livekit/next-user', who, body);

  /** Everything that is to be paired, judged and folded is. */
  settled = async (): Promise<void> => {
    await this.house.settled();
    await this.house.settled();
  };

  /** Time passes, and the pages of these give their signs. */
  async pass(seconds: number, ...heard: Guest[]): Promise<void> {
    for (let left = seconds; left > 0; left -= 1) {
      await this.house.clock.advance(Math.min(1, left) * 1_000);
      for (const who of heard) await this.state(who);
      await this.settled();
    }
  }

  /** A payer and an earner are offered to each other; gives what the payer is offered. */
  async offered(payer: Guest, earner: Guest): Promise<string> {
    await this.onAir(earner);
    await this.look(payer);
    await this.settled();
    return (await this.state(payer)).offer?.id ?? 'nothing';
  }

  /** Both come into the room that their state names. */
  async meet(...people: Guest[]): Promise<string> {
    let roomName = '';
    for (const who of people) {
      const state = await this.state(who);
      roomName = state.roomName ?? '';
      const { room, name } = grantOf(state.token ?? '');
      this.house.fake.join({ room, identity: who.personId, name });
    }
    await this.settled();
    return roomName;
  }

  /** A payer and an earner are in a call with each other. */
  async talking(payer: Guest, earner: Guest): Promise<string> {
    await this.accept(payer, await this.offered(payer, earner));
    return await this.meet(payer, earner);
  }
}
