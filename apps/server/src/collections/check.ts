import { addDays, dayOf } from '@latido/core';
import type { AttentionChecked } from '@latido/protocol';
import { chance, type Config, type Log } from '../platform/index.ts';
import { checkPage, type CheckPageDeps } from './check-page.ts';
import { takeLease, type Lease } from './lease.ts';
import { selectDue } from './store.ts';
import { tellUncollected, type UncollectedDeps } from './uncollected.ts';

/** Credits are looked at again so long after they were all looked at. */
export const CHECK_EVERY_MS = 3_600_000;
/** Credits that are looked at in one go: what memory and a transaction hold. */
const PAGE = 2_000;

export interface CheckDeps extends CheckPageDeps, UncollectedDeps {
  readonly access: CheckPageDeps['access'] & UncollectedDeps['access'];
  readonly db: CheckPageDeps['db'];
  readonly log: Log;
  readonly settings: Config['collections'];
}

/** How a check is made. */
export interface CheckWish {
  /** Reckon as if it were this instant (epoch ms); default: now. */
  readonly at?: number | undefined;
  /** Count, and tell nobody. */
  readonly dryRun?: boolean | undefined;
  /** Only if none came to its end within {@link CHECK_EVERY_MS}, on any node. */
  readonly ifDue?: boolean | undefined;
  /** Hears how far it has come. */
  readonly progress?: (sofar: AttentionChecked) => void;
}

/**
 * Tells collectors which of their credits need them: once a day for each credit and reason. What an earlier run missed is
 * found by this one, since it goes by the state of today and not by what was looked at.
 *
 * @returns null when it is not due, or another node is at it or has taken it over: that one looks at all of them
 */
export async function checkAttention(
  deps: CheckDeps,
  wish: CheckWish = {},
): Promise<AttentionChecked | null> {
  const everyMs = wish.ifDue === true ? CHECK_EVERY_MS : null;
  const lease = await takeLease(deps, { name: 'attention', holder: chance(16), everyMs });
  if (lease === null) return null;
  try {
    return await checkAll(deps, wish, lease);
  } finally {
    await lease.giveBack();
  }
}

async function checkAll(deps: CheckDeps, wish: CheckWish, lease: Lease): Promise<AttentionChecked | null> {
  const { at, dryRun = false } = wish;
  // Asked for each page: one that is told after midnight is told of the new day.
  const today = (): string => dayOf(at ?? deps.clock.now(), deps.settings.timeZone);
  const sum: AttentionChecked = { looked: 0, found: 0, told: 0, skipped: 0, unassigned: 0 };
  let after = { dueOn: '0001-01-01', id: '' };
  for (;;) {
    const day = today();
    const before = addDays(day, deps.settings.soonDays + 1);
    const credits = await selectDue(deps.db, { before, after, limit: PAGE });
    const last = credits.at(-1);
    if (last?.nextDueOn == null) {
      if (!dryRun && sum.unassigned > 0) await tellUncollected(deps, { day, credits: sum.unassigned });
      if (at === undefined && !dryRun) await lease.done();
      return sum;
    }
    await checkPage(deps, { credits, day, dryRun }, sum);
    wish.progress?.(sum);
    after = { dueOn: last.nextDueOn, id: last.id };
    if (!(await lease.renew())) return null;
  }
}
