import { addDays, attentionOn, dayOf, type Attention, type Day } from '@latido/core';
import type { AttentionChecked } from '@latido/protocol';
import { notifyMany } from '../inbox/index.ts';
import { chance, type Clock, type Config, type Db, type Hints, type Log } from '../platform/index.ts';
import { takeLease } from './lease.ts';
import type { Announce, Who } from './ports.ts';
import { installmentsOf, markTold, selectDue, termsOf, type CreditRow } from './store.ts';
import { MANAGERS_CHANNEL, tellNow, type Told } from './telling.ts';
import { attentionSentence } from './texts.ts';

/** Credits are looked at again after so long. */
export const CHECK_EVERY_MS = 3_600_000;
/** Credits that are looked at in one go: what memory and a transaction hold. */
const PAGE = 2_000;

export interface CheckDeps {
  readonly db: Db;
  readonly access: Pick<Who, 'personsById'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly hints: Hints;
  readonly log: Log;
  readonly announce: Announce;
  readonly settings: Config['collections'];
}

/** How a check is made. */
export interface CheckWish {
  /** Reckon as if it were this instant (epoch ms); default: now. */
  readonly at?: number | undefined;
  /** Count, and tell nobody. */
  readonly dryRun?: boolean | undefined;
  /** Hears how far it has come. */
  readonly progress?: (sofar: AttentionChecked) => void;
}

/**
 * Tells collectors which of their credits need them: once a day for each credit and reason. What an earlier run missed is
 * found by this one, since it goes by the state of today and not by what was looked at.
 *
 * @returns null when another node is at it
 */
export async function checkAttention(
  deps: CheckDeps,
  wish: CheckWish = {},
): Promise<AttentionChecked | null> {
  const lease = await takeLease(deps, 'attention', chance(16));
  if (lease === null) return null;
  try {
    const day = dayOf(wish.at ?? deps.clock.now(), deps.settings.timeZone);
    const sum: AttentionChecked = { looked: 0, found: 0, told: 0, skipped: 0, unassigned: 0 };
    let after = { dueOn: '0001-01-01', id: '' };
    for (;;) {
      const before = addDays(day, deps.settings.soonDays + 1);
      const credits = await selectDue(deps.db, { before, after, limit: PAGE });
      const last = credits.at(-1);
      if (last?.nextDueOn == null) {
        if (wish.at === undefined && wish.dryRun !== true) await lease.done();
        return sum;
      }
      await checkPage(deps, { credits, day, dryRun: wish.dryRun === true, sum });
      wish.progress?.(sum);
      after = { dueOn: last.nextDueOn, id: last.id };
      if (!(await lease.renew())) return sum;
    }
  } finally {
    await lease.giveBack();
  }
}

interface Needing {
  readonly credit: CreditRow;
  readonly attention: Attention;
}

async function checkPage(
  deps: CheckDeps,
  {
    credits,
    day,
    dryRun,
    sum,
  }: { credits: readonly CreditRow[]; day: Day; dryRun: boolean; sum: AttentionChecked },
): Promise<void> {
  const installments = await installmentsOf(
    deps.db,
    credits.map(({ id }) => id),
  );
  const needing = credits.flatMap((credit): Needing[] => {
    const attention = attentionOn(day, deps.settings.soonDays, termsOf(credit, installments.get(credit.id)));
    return attention === null ? [] : [{ credit, attention }];
  });
  const nobodys = needing.filter(({ credit }) => credit.collectorId === null);
  sum.looked += credits.length;
  sum.found += needing.length;
  sum.unassigned += nobodys.length;
  if (dryRun) return;
  const isNew = (one: Needing): boolean =>
    one.credit.collectorId !== null && one.credit.toldOf !== toldOf(one, day);
  const fresh = needing.filter(isNew);
  const notices = await noticesOf(deps, { needing: fresh, day });
  const told = await deps.db.transaction().execute(async (tx) => {
    // Credits before inboxes, as all who lock both do.
    if (fresh.length > 0)
      await markTold(
        tx,
        fresh.map((one) => ({ id: one.credit.id, toldOf: toldOf(one, day) })),
      );
    return await notifyMany(tx, notices, deps.clock);
  });
  sum.told += told.length;
  sum.skipped += needing.length - nobodys.length - told.length;
  await tellNow(deps, told);
  for (const one of nobodys)
    deps.announce(MANAGERS_CHANNEL, 'credit.requires.attention', payloadOf(one, 'en'));
}

/** What a credit is told of on a day, and to whom. */
const toldOf = ({ credit, attention }: Needing, day: Day): string =>
  `${day} ${attention.reason} ${credit.collectorId ?? ''}`;

async function noticesOf(
  { db, access }: Pick<CheckDeps, 'db' | 'access'>,
  { needing, day }: { needing: readonly Needing[]; day: Day },
): Promise<Told[]> {
  const ids = needing.flatMap(({ credit }) => credit.collectorId ?? []);
  const people = await access.personsById(db, ids);
  return needing.flatMap((one): Told[] => {
    const { collectorId, id } = one.credit;
    if (collectorId === null) return [];
    const dedupKey = `attention:${id}:${one.attention.reason}:${day}`;
    const payload = payloadOf(one, people.get(collectorId)?.locale ?? 'en');
    return [{ recipientId: collectorId, dedupKey, type: 'credit.requires.attention', payload }];
  });
}

function payloadOf({ credit, attention }: Needing, locale: string) {
  const { id: creditId, debtorId, debtorName: name, debtorPhone: phone, currency } = credit;
  return {
    creditId,
    debtor: { id: debtorId, name, phone },
    amountDue: Number(attention.amountDue),
    currency,
    dueOn: attention.dueOn,
    daysOverdue: attention.reason === 'overdue' ? attention.days : 0,
    message: attentionSentence(locale, { name, currency, attention }),
  };
}
