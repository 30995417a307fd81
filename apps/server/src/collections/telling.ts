import { sql } from 'kysely';
import { hintRecipients, type NewNotice } from '../inbox/index.ts';
import type { DbOrTx, Hints } from '../platform/index.ts';
import type { Announce } from './ports.ts';

/** A notice that was put into an inbox. */
export type Told = NewNotice;

/** The channel on which managers hear what collectors are told. */
export const MANAGERS_CHANNEL = 'private-admin.notifications';

/** After the commit: wakes the inboxes, and tells whoever is connected to the channels of collectors and managers. */
export async function tellNow(
  { db, hints, announce }: { db: DbOrTx; hints: Hints; announce: Announce },
  told: readonly Told[],
): Promise<void> {
  if (told.length === 0) return;
  const recipients = [...new Set(told.map(({ recipientId }) => recipientId))];
  hintRecipients(hints, recipients);
  const names = await channelNames(db, recipients);
  for (const { recipientId, type, payload } of told) {
    for (const name of names.get(recipientId) ?? [recipientId])
      announce(`private-cobrador.${name}`, type, payload);
    announce(MANAGERS_CHANNEL, type, payload);
  }
}

/** Under what collectors' channels are known: our id, and the one of the team's own system. */
async function channelNames(db: DbOrTx, ids: readonly string[]): Promise<Map<string, string[]>> {
  const { rows } = await sql<{ id: string; external_id: string | null }>`
    select id, external_id from access.person where id = any(${[...ids]}::text[])`.execute(db);
  return new Map(rows.map(({ id, external_id }) => [id, external_id === null ? [id] : [id, external_id]]));
}
