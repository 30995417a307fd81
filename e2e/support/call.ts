import type { Page } from 'playwright-core';
import { framesPlay, openBrowser, signInByForm, type PersonsBrowser } from './browser.ts';
import type { Caller } from './people.ts';
import type { Stage } from './stage.ts';
import { until } from './until.ts';

/** A call as the API tells it; only what the stories look at. */
export interface CallAnswer {
  readonly callId: string;
  readonly status: string;
  readonly startedAt: string | null;
  readonly endedAt: string | null;
  readonly endedBy: string | null;
  readonly endReason: string | null;
  readonly billableMs: number;
  readonly coins: number;
}

/** Two browsers in one room. */
export interface Meeting {
  readonly room: string;
  readonly alice: PersonsBrowser;
  readonly bob: PersonsBrowser;
  close(): Promise<void>;
}

/** Opens the call's page and presses join. */
export async function join(page: Page, url: string, room: string): Promise<void> {
  await page.goto(`${url}/video?room=${encodeURIComponent(room)}`);
  await page.getByTestId('join-call').click();
}

/** Alice and Bob meet in a room: both pages show the other's moving picture. */
export async function meet(stage: Stage, room: string): Promise<Meeting> {
  const [alice, bob] = await Promise.all([openBrowser(), openBrowser()]);
  const { url } = stage.latido;
  try {
    await Promise.all([signInByForm(alice.page, url, 'alice'), signInByForm(bob.page, url, 'bob')]);
    await join(alice.page, url, room);
    await join(bob.page, url, room);
    await Promise.all([framesPlay(alice.page, 'remote-video'), framesPlay(bob.page, 'remote-video')]);
  } catch (error) {
    await Promise.all([alice.close(), bob.close()]);
    throw error;
  }
  return { room, alice, bob, close: async () => void (await Promise.all([alice.close(), bob.close()])) };
}

/** The newest call of a room, as this person may see it. */
export async function callOf(person: Caller, room: string): Promise<CallAnswer> {
  const { items } = await person.get<{ items: CallAnswer[] }>(
    `/api/v1/calls?room=${encodeURIComponent(room)}`,
  );
  const [first] = items;
  if (!first) throw new Error(`no call in room ${room}`);
  return person.get<CallAnswer>(`/api/v1/calls/${first.callId}`);
}

/** Waits for the newest call of a room to be in a state. */
export function callIs(
  person: Caller,
  room: string,
  status: string,
  patienceMs?: number,
): Promise<CallAnswer> {
  return until(
    `the call in ${room} to be ${status}`,
    async () => {
      const call = await callOf(person, room);
      if (call.status === status) return call;
      throw new Error(`it is ${call.status}`);
    },
    patienceMs,
  );
}

/** The charges of a call, a row a unit. */
export async function chargesOf(person: Caller, callId: string): Promise<{ unit: number; coins: number }[]> {
  return (await person.get<{ items: { unit: number; coins: number }[] }>(`/api/v1/calls/${callId}/charges`))
    .items;
}

/** What must hold after every story: the ledger sums to zero and the audit finds nothing. */
export async function booksBalance(stage: Stage): Promise<{ sum: number; differences: unknown[] }> {
  return stage.admin.get('/api/v1/admin/audit');
}
