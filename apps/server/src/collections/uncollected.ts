import type { Day } from '@latido/core';
import { hintRecipients, notifyMany } from '../inbox/index.ts';
import type { Clock, Db, Hints } from '../platform/index.ts';
import type { Announce, Who } from './ports.ts';
import { MANAGERS_CHANNEL } from './telling.ts';

export interface UncollectedDeps {
  readonly db: Db;
  readonly access: Pick<Who, 'personIdsOfRoles'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly hints: Hints;
  readonly announce: Announce;
}

/** Tells who lends, once a day, how many credits need somebody and have nobody; which ones is in their list. */
export async function tellUncollected(
  { db, access, clock, hints, announce }: UncollectedDeps,
  { day, credits }: { day: Day; credits: number },
): Promise<void> {
  const payload = { day, credits, url: '/lending/debtors?collector=none' };
  const event = { type: 'credits.uncollected', dedupKey: `uncollected:${day}`, payload } as const;
  const lenders = await access.personIdsOfRoles(['manager', 'admin']);
  const told = await db.transaction().execute((tx) =>
    notifyMany(
      tx,
      lenders.map((recipientId) => ({ ...event, recipientId })),
      clock,
    ),
  );
  if (told.length === 0) return;
  hintRecipients(
    hints,
    told.map(({ recipientId }) => recipientId),
  );
  announce(MANAGERS_CHANNEL, event.type, payload);
}
