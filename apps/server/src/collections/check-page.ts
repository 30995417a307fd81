import { attentionOn, type Attention, type Day } from '@latido/core';
import type { AttentionChecked } from '@latido/protocol';
import { notifyMany } from '../inbox/index.ts';
import type { Clock, Config, Db, DbOrTx, Hints } from '../platform/index.ts';
import type { Announce, Collector, Who } from './ports.ts';
import { creditsByIds, holdCredits, installmentsOf, markTold, termsOf, type CreditRow } from './store.ts';
import { MANAGERS_CHANNEL, tellNow, type Told } from './telling.ts';
import { attentionSentence } from './texts.ts';
import { whoCollect } from './who-collects.ts';

export interface CheckPageDeps {
  readonly db: Db;
  readonly access: Pick<Who, 'personsById'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly hints: Hints;
  readonly announce: Announce;
  readonly settings: Pick<Config['collections'], 'soonDays'>;
}

/** Credits that are looked at together, and the day that it is. */
export interface CheckedPage {
  readonly credits: readonly CreditRow[];
  readonly day: Day;
  readonly dryRun: boolean;
}

/** Looks at a page of credits, tells whoever is to be told, and counts on. */
export async function checkPage(
  deps: CheckPageDeps,
  { credits, day, dryRun }: CheckedPage,
  sum: AttentionChecked,
): Promise<void> {
  const needing = await needingOf(deps, { db: deps.db, credits, day });
  const fresh = dryRun ? [] : needing.filter((one) => isNew(one, day));
  const news = fresh.length === 0 ? NO_NEWS : await tellFresh(deps, fresh, day);
  const found = [...needing.filter((one) => !fresh.includes(one)), ...news.still];
  const nobodys = found.filter(isNobodys).length;
  sum.looked += credits.length;
  sum.found += found.length;
  sum.unassigned += nobodys;
  if (dryRun) return;
  sum.told += news.told.length;
  sum.skipped += found.length - nobodys - news.told.length;
  await tellNow(deps, news.told);
  for (const one of news.still.filter(isNobodys))
    deps.announce(MANAGERS_CHANNEL, 'credit.requires.attention', payloadOf(one, 'en'));
}

interface Needing {
  readonly credit: CreditRow;
  /** Who collects it now. */
  readonly collector: Collector | null;
  readonly attention: Attention;
}

const NO_NEWS: { readonly still: readonly Needing[]; readonly told: readonly Told[] } = {
  still: [],
  told: [],
};

const isNobodys = ({ collector }: Needing): boolean => collector === null;

async function needingOf(
  { access, settings }: Pick<CheckPageDeps, 'access' | 'settings'>,
  { db, credits, day }: { db: DbOrTx; credits: readonly CreditRow[]; day: Day },
): Promise<Needing[]> {
  const installments = await installmentsOf(
    db,
    credits.map(({ id }) => id),
  );
  const needing = credits.flatMap((credit) => {
    const attention = attentionOn(day, settings.soonDays, termsOf(credit, installments.get(credit.id)));
    return attention === null ? [] : [{ credit, attention }];
  });
  const collectors = await whoCollect(
    { access },
    db,
    needing.map(({ credit }) => credit.collectorId),
  );
  return needing.map((one) => ({ ...one, collector: collectors.get(one.credit.collectorId ?? '') ?? null }));
}

/**
 * Tells of credits as they are now: until it is told nobody pays them, gives them to somebody else or tells of them. Credits before
 * inboxes, as all who lock both do.
 */
async function tellFresh(deps: CheckPageDeps, fresh: readonly Needing[], day: Day): Promise<typeof NO_NEWS> {
  return await deps.db.transaction().execute(async (tx) => {
    const ids = fresh.map(({ credit }) => credit.id);
    await holdCredits(tx, ids);
    const credits = (await creditsByIds(tx, ids)).toSorted(byDue);
    const still = (await needingOf(deps, { db: tx, credits, day })).filter((one) => isNew(one, day));
    if (still.length === 0) return NO_NEWS;
    await markTold(
      tx,
      still.map((one) => ({ id: one.credit.id, toldOf: toldOf(one, day) })),
    );
    return { still, told: await notifyMany(tx, noticesOf(still, day), deps.clock) };
  });
}

const byDue = (a: CreditRow, b: CreditRow): number =>
  `${a.nextDueOn ?? ''} ${a.id}` < `${b.nextDueOn ?? ''} ${b.id}` ? -1 : 1;

/** What a credit is told of on a day, and to whom. */
const toldOf = ({ attention, collector }: Needing, day: Day): string =>
  `${day} ${attention.reason} ${collector?.id ?? ''}`;
const isNew = (one: Needing, day: Day): boolean => one.credit.toldOf !== toldOf(one, day);

const noticesOf = (needing: readonly Needing[], day: Day): Told[] =>
  needing.flatMap((one): Told[] => {
    if (one.collector === null) return [];
    const { id: recipientId, locale } = one.collector;
    const dedupKey = `attention:${one.credit.id}:${one.attention.reason}:${day}`;
    return [{ recipientId, dedupKey, type: 'credit.requires.attention', payload: payloadOf(one, locale) }];
  });

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
