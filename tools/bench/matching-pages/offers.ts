import { setTimeout as pause } from 'node:timers/promises';
import type { Beats } from './beats.ts';
import type { Page } from './page.ts';
import type { Offered, Told } from './told.ts';

/** What was begun is given so long to end. */
const PATIENCE_MS = 60_000;
/** One in so many of those who wait leaves and comes back meanwhile. */
const LEAVES_ONE_IN = 10;
const AWAY_MS = 1_500;

/** Who waits, who comes, and what they are told by. */
export interface Coming {
  readonly pages: readonly Page[];
  readonly crowd: readonly Page[];
  /** Of the crowd, a second. */
  readonly joins: number;
  readonly told: Told;
  readonly beats: Beats;
}

/**
 * The crowd comes, at its pace, and a tenth of those who wait leaves and comes back meanwhile. Whoever has an offer gives no sign any more:
 * what pages cost that ask where they stand is told by itself, of those who wait. Gives of each offer how long after the later
 * of the two had asked for it both were told, ms.
 */
export async function measureOffers({ pages, crowd, joins, told, beats }: Coming): Promise<number[]> {
  const joinedAt = new Map<string, number>();
  const offers: Promise<Offered>[] = [];
  const leaving = pages.filter((_, n) => n % LEAVES_ONE_IN === 0);
  // All are back before the last of the crowd has come: what is spent is of that time.
  const spanMs = Math.max(0, (crowd.length * 1_000) / joins - 2 * AWAY_MS);
  const goingOn: Promise<void>[] = [];
  const goneWithOffer = async (page: Page): Promise<Offered> => {
    const offered = await told.next(page.of.personId);
    beats.remove(page);
    return offered;
  };
  const startedAt = performance.now();
  let left = 0;
  for (const [n, page] of crowd.entries()) {
    const dueMs = (n * 1_000) / joins;
    await pause(Math.max(0, startedAt + dueMs - performance.now()));
    while (left < leaving.length && (left * spanMs) / leaving.length <= dueMs) {
      goingOn.push(leaveAndComeBack(leaving[left]!));
      left += 1;
    }
    const { personId } = page.of;
    offers.push(goneWithOffer(page));
    joinedAt.set(personId, performance.now());
    beats.add(page);
    goingOn.push(page.come().then(({ status, body }) => refuseAllBut200(status, body)));
  }
  await Promise.race([Promise.all([...offers, ...goingOn]), pause(PATIENCE_MS)]);
  return tookOf(crowd, { joinedAt, told });
}

async function leaveAndComeBack(page: Page): Promise<void> {
  const left = await page.leave();
  refuseAllBut200(left.status, left.body);
  await pause(AWAY_MS);
  const came = await page.come();
  refuseAllBut200(came.status, came.body);
}

function refuseAllBut200(status: number, body: Buffer): void {
  if (status !== 200) throw new Error(`${status} ${body.toString()}`);
}

function tookOf(
  crowd: readonly Page[],
  { joinedAt, told }: { joinedAt: ReadonlyMap<string, number>; told: Told },
): number[] {
  const pairs = new Map<string, { at: number; came: number; people: number }>();
  for (const { of } of crowd) {
    const offered = told.last.get(of.personId);
    if (!offered) continue;
    const pair = pairs.get(offered.callId) ?? { at: 0, came: 0, people: 0 };
    const came = joinedAt.get(of.personId) ?? Number.NaN;
    pairs.set(offered.callId, {
      at: Math.max(pair.at, offered.at),
      came: Math.max(pair.came, came),
      people: pair.people + 1,
    });
  }
  return [...pairs.values()].filter(({ people }) => people === 2).map(({ at, came }) => at - came);
}
