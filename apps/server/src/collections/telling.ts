import { hintRecipients, type NewNotice } from '../inbox/index.ts';
import type { DbOrTx, Hints } from '../platform/index.ts';
import type { Announce, Who } from './ports.ts';

/** A notice that was put into an inbox. */
export type Told = NewNotice;

/** The channel on which managers hear what collectors are told. */
export const MANAGERS_CHANNEL = 'private-admin.notifications';

/** After the commit: wakes the inboxes, and tells whoever is connected to the channels of collectors and managers. */
export async function tellNow(
  { db, access, hints, announce }: { db: DbOrTx; access: Who; hints: Hints; announce: Announce },
  told: readonly Told[],
): Promise<void> {
  if (told.length === 0) return;
  const recipients = [...new Set(told.map(({ recipientId }) => recipientId))];
  hintRecipients(hints, recipients);
  const people = await access.personsById(db, recipients);
  for (const { recipientId, type, payload } of told) {
    // A channel goes by our id, and by the one that their own app knows.
    for (const name of [recipientId, people.get(recipientId)?.externalId ?? null])
      if (name !== null) announce(`private-cobrador.${name}`, type, payload);
    announce(MANAGERS_CHANNEL, type, payload);
  }
}
