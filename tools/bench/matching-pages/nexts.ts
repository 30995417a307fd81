import { decodeJwt } from 'jose';
import { setTimeout as pause } from 'node:timers/promises';
import type { FakeLivekit } from '@latido/testkit';
import type { Page } from './page.ts';
import type { Told } from './told.ts';

const PATIENCE_MS = 30_000;
/** In one round of so many both sides of both calls press at once. */
const BOTH_EVERY = 9;

interface Pressing {
  /** People who have an offer that both have accepted. */
  readonly pages: readonly Page[];
  readonly told: Told;
  readonly fake: FakeLivekit;
  readonly presses: number;
}

/** How long each press took to be answered, and until the presser's page had the next offer, ms. */
export interface Pressed {
  readonly answered: readonly number[];
  readonly offered: readonly number[];
}

/** A call, by the pages that are in it. */
type Pair = readonly [payer: Page, earner: Page];

/** Two calls at a time end by Next: each payer finds the one whom the other has left. */
export async function measureNexts({ pages, told, fake, presses }: Pressing): Promise<Pressed> {
  const pairs = pairsOf(pages, told);
  const rounds: { readonly pairs: readonly Pair[]; readonly pressing: readonly Page[] }[] = [];
  let planned = 0;
  for (let at = 0; planned < presses && at + 1 < pairs.length; at += 2) {
    const two = pairs.slice(at, at + 2);
    const pressing = rounds.length % BOTH_EVERY === 0 ? two.flat() : two.map(([payer]) => payer);
    planned += pressing.length;
    rounds.push({ pairs: two, pressing });
  }
  for (const round of rounds) await Promise.all(round.pairs.flat().map((page) => comeIn(page, fake)));
  await Promise.all(rounds.flatMap((round) => round.pairs.flat().map(untilInCall)));
  const [answered, offered]: [number[], number[]] = [[], []];
  for (const { pressing } of rounds) {
    await Promise.all(pressing.map((page) => press(page, { told, answered, offered })));
    // People do not wait for each other's presses: the looks at the line shall not either.
    await pause(Math.random() * 300);
  }
  return { answered, offered };
}

function pairsOf(pages: readonly Page[], told: Told): Pair[] {
  const calls = new Map<string, Page[]>();
  for (const page of pages) {
    const callId = told.last.get(page.of.personId)?.callId;
    if (callId !== undefined) calls.set(callId, [...(calls.get(callId) ?? []), page]);
  }
  return [...calls.values()].flatMap((both) => {
    const payer = both.find(({ of }) => of.side === 'payer');
    const earner = both.find(({ of }) => of.side === 'earner');
    return payer && earner ? [[payer, earner] as const] : [];
  });
}

interface State {
  readonly state: string;
  readonly token?: string;
}

async function stateOf(page: Page): Promise<State> {
  return JSON.parse((await page.beat()).body.toString()) as State;
}

/** Into the room, by the token that the state has. */
async function comeIn(page: Page, fake: FakeLivekit): Promise<void> {
  const { state, token } = await stateOf(page);
  if (token === undefined) throw new Error(`${page.of.personId} is ${state} and has no way into a room`);
  const { video } = decodeJwt<{ video: { room: string } }>(token);
  fake.join({ room: video.room, identity: page.of.personId });
}

async function untilInCall(page: Page): Promise<void> {
  const endAt = performance.now() + PATIENCE_MS;
  while ((await stateOf(page)).state !== 'in_call') {
    if (performance.now() > endAt) throw new Error(`${page.of.personId} does not come into their call`);
    await pause(100);
  }
}

async function press(
  page: Page,
  { told, answered, offered }: { told: Told; answered: number[]; offered: number[] },
): Promise<void> {
  const { personId } = page.of;
  const roomName = told.last.get(personId)?.roomName;
  const next = told.next(personId);
  const pressedAt = performance.now();
  const { status, body } = await page.ask('POST', '/api/livekit/next-user', { roomName });
  answered.push(performance.now() - pressedAt);
  if (status !== 200) throw new Error(`next-user: ${status} ${body.toString()}`);
  const found = await Promise.race([next, pause(PATIENCE_MS)]);
  if (found) offered.push(found.at - pressedAt);
}
