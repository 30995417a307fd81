/** For tests only: people who call each other, lose their lines and come back, as a seed decides. */
import { once } from 'node:events';
import type { PresenceDown, PresenceUp } from '@latido/protocol';
import type { ScriptedParticipant } from '@latido/testkit';
import { WebSocket } from 'ws';
import { grantOf, type Guest, type House } from './house.testing.ts';

/** Repeatable chance: the same seed gives the same numbers (mulberry32). */
export function chanceOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** A stretch in which somebody's browser really was in the call. */
export interface Truth {
  readonly callId: string;
  readonly fromAt: number;
  toAt: number | null;
}

type Beat = Extract<PresenceUp, { type: 'beat' }>;

/** One person with one browser: our SDK's socket and LiveKit's connection, both of which can be cut. */
export class SimulatedPerson {
  readonly guest: Guest;
  readonly truth: Truth[] = [];
  readonly #house: House;
  readonly #beats: boolean;
  #participant: ScriptedParticipant | null = null;
  #socket: WebSocket | null = null;
  #ticket = '';
  #beacon = '';
  #roomSid = '';
  #n = 0;

  /** `beats` false: a plain LiveKit client that knows nothing of us. */
  constructor(house: House, guest: Guest, { beats }: { beats: boolean }) {
    this.#house = house;
    this.guest = guest;
    this.#beats = beats;
  }

  get isIn(): boolean {
    return this.#participant !== null && this.#participant.state !== 'DISCONNECTED';
  }

  /** Asks for the token, which may be one of an identity of its own, and joins; false when the balance is too small. */
  async enter(roomName: string, route: 'token-secure' | 'token' = 'token-secure'): Promise<boolean> {
    const { fake, clock, post } = this.#house;
    const answer = await post(`/api/livekit/${route}`, this.guest, { roomName });
    if (answer.code === 'balance.insufficient') return false;
    const { callId, identity, token, presence } = answer;
    if (typeof token !== 'string') throw new Error(`no token: ${JSON.stringify(answer)}`);
    const grant = grantOf(token);
    this.#participant = fake.join({ identity, ...grant });
    this.#roomSid = fake.rooms().find(({ name }) => name === grant.room)?.sid ?? '';
    this.truth.push({ callId, fromAt: clock.now(), toAt: null });
    this.#ticket = presence.ticket;
    await this.#connect();
    return true;
  }

  /** The server is there again: a page that is still open finds it by itself. */
  async findServer(): Promise<void> {
    this.#socket?.terminate();
    this.#socket = null;
    if (this.isIn) await this.#connect();
  }

  /** A beat of our SDK; a line that the server closed is opened by nobody before the next `enter`. */
  async beat(more: Pick<Beat, 'partners' | 'ownQuietMs'> = {}): Promise<void> {
    if (!this.isIn) return this.#gone();
    await this.#say({ type: 'beat', ...this.#where(), n: (this.#n += 1), roomState: 'connected', ...more });
  }

  /** What a page says that it has received of theirs since its last beat. */
  asSeen(packets: number): NonNullable<Beat['partners']> {
    const { participantSid } = this.#where();
    return [{ participantSid, identity: this.guest.personId, packets, expected: true }];
  }

  /** Presses "leave" in a page of ours: a goodbye, then the media. */
  async sayBye(): Promise<void> {
    await this.#say({ type: 'bye', ...this.#where() });
    this.closePage();
  }

  /** The page says that it goes, as it does at a reload; whether it does is another thing. */
  async sayGoes(): Promise<void> {
    const payload = { token: this.#beacon, ...this.#where() };
    await this.#house.server.app.inject({ method: 'POST', url: '/api/v1/presence/beacon', payload });
  }

  /** The tab is closed or reloaded: what LiveKit calls CLIENT_INITIATED. */
  closePage(): void {
    if (this.isIn) this.#participant?.leave();
    this.#gone();
  }

  /** The browser is killed: the socket breaks, LiveKit hears nothing. */
  vanish(): void {
    this.#participant?.vanish();
    this.#gone();
  }

  /** The media server or ours is gone: whatever was connected is not any more. */
  cutOff(): void {
    this.#gone();
  }

  #gone(): void {
    const last = this.truth.at(-1);
    if (last && last.toAt === null) last.toAt = this.#house.clock.now();
    this.#participant = null;
    this.#socket?.terminate();
    this.#socket = null;
  }

  async #connect(): Promise<void> {
    if (!this.#beats) return;
    const url = `${this.#house.server.url}/api/v1/presence?ticket=${this.#ticket}`;
    const socket = new WebSocket(url.replace('http', 'ws'));
    socket.on('error', () => undefined);
    socket.on('message', (raw: Buffer) => {
      const said = JSON.parse(raw.toString()) as PresenceDown;
      if (said.type === 'beacon') this.#beacon = said.token;
    });
    await once(socket, 'open');
    this.#socket = socket;
    await this.#say({ type: 'connected', ...this.#where() });
    await this.beat();
  }

  #where(): { roomSid: string; participantSid: string } {
    return { roomSid: this.#roomSid, participantSid: this.#participant?.sid ?? '' };
  }

  /** Resolves when the server has heard it: the answer to a ping comes after all that was said before. */
  async #say(message: PresenceUp): Promise<void> {
    const socket = this.#socket;
    if (socket?.readyState !== WebSocket.OPEN) return;
    const done = new AbortController();
    const answered = Promise.race(
      ['pong', 'close'].map((name) => once(socket, name, { signal: done.signal })),
    );
    socket.send(JSON.stringify(message));
    socket.ping();
    await answered;
    done.abort();
  }
}

/** In how many stretches they were there up to `now`, and how long both at once, in milliseconds. */
export function truthOf(callId: string, [a, b]: readonly [SimulatedPerson, SimulatedPerson], now: number) {
  const stretches = (person: SimulatedPerson) => person.truth.filter((each) => each.callId === callId);
  let sum = 0;
  for (const one of stretches(a)) {
    for (const other of stretches(b)) {
      const fromAt = Math.max(one.fromAt, other.fromAt);
      sum += Math.max(0, Math.min(one.toAt ?? now, other.toAt ?? now) - fromAt);
    }
  }
  return { togetherMs: sum, stretches: stretches(a).length + stretches(b).length };
}
