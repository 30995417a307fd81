import type { LatidoServer } from './server.ts';
import { signIn, type Caller } from './people.ts';
import { sitIn, type Sitting } from './flasher.ts';

const EVERY_DAY = [1, 2, 3, 4, 5, 6, 7].map((day) => ({ day, from: '00:00', to: '24:00' }));

/** A session that goes on with people who were let in. */
export interface Session {
  readonly id: string;
  readonly callId: string;
  /** Comes into the room without a browser. */
  sit(who: Caller, how?: { flashes: boolean }): Promise<Sitting>;
}

/** Who is in a session. */
interface Those {
  host: Caller;
  guests: Caller[];
  /** Default: free of charge. */
  price?: { kind: 'per_minute'; planId: string };
}

/** Times of a mentor that are free, after she has set hours and offered something. */
async function slotsOf(
  url: string,
  { host, guests, price }: Those,
): Promise<{ offeringId: string; starts: string[] }> {
  const put = await fetch(`${url}/api/v1/availability`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${host.bearer}`, 'content-type': 'application/json' },
    body: JSON.stringify({ timeZone: 'UTC', weekly: EVERY_DAY }),
  });
  if (!put.ok) throw new Error(`hours: ${await put.text()}`);
  const offer = { title: 'Portfolio', minutes: 15, seats: guests.length, price: price ?? { kind: 'free' } };
  const offeringId = (await got<{ id: string }>(host, '/api/v1/offerings', offer)).id;
  const from = new Date().toISOString();
  const to = new Date(Date.now() + 86_400_000).toISOString();
  const slots = `/api/v1/mentors/${host.personId}/slots?offeringId=${offeringId}&from=${from}&to=${to}`;
  const { items } = await host.get<{ items: { startsAt: string }[] }>(slots);
  return { offeringId, starts: items.map(({ startsAt }) => startsAt) };
}

async function bookAll(
  guests: Caller[],
  of: { offeringId: string; startsAt: string | undefined },
): Promise<string> {
  let id = '';
  for (const guest of guests) id = (await got<{ id: string }>(guest, '/api/v1/bookings', of)).id;
  return id;
}

/** A session that is booked by all guests for some hours from now: too early to begin. */
export async function bookLater({ url }: Pick<LatidoServer, 'url'>, those: Those): Promise<{ id: string }> {
  const { offeringId, starts } = await slotsOf(url, those);
  return { id: await bookAll(those.guests, { offeringId, startsAt: starts[8] }) };
}

/** Dora's hours, her offer, a booking by each of the guests, and their admission. */
export async function sessionOf({ url }: Pick<LatidoServer, 'url'>, those: Those): Promise<Session> {
  const { host, guests } = those;
  const { offeringId, starts } = await slotsOf(url, those);
  const id = await bookAll(guests, { offeringId, startsAt: starts[0] });
  const at = `/api/v1/bookings/${id}`;
  await got(host, `${at}/start`);
  for (const guest of guests) {
    const { entryId } = await got<{ entryId: string }>(guest, `${at}/lobby`);
    await got(host, `${at}/lobby/${entryId}/admit`);
  }
  const { callId } = await host.get<{ callId: string }>(at);
  return {
    id,
    callId,
    async sit(who, how = { flashes: false }) {
      return await sitIn(await got<{ wsUrl: string; token: string }>(who, `${at}/token`), how);
    },
  };
}

/** People of the demo, signed in. */
export function everybody(url: string, ...names: string[]): Promise<Caller[]> {
  return Promise.all(names.map((name) => signIn(url, name)));
}

async function got<T>(who: Caller, path: string, body?: unknown): Promise<T> {
  const answer = await who.post<T>(path, body);
  if (answer.status >= 400) throw new Error(`${who.email} ${path}: ${JSON.stringify(answer.body)}`);
  return answer.body;
}
