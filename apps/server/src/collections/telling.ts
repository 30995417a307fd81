import type { NoticeContent } from '@latido/protocol';
import { hintRecipients, type NewNotice } from '../inbox/index.ts';
import type { DbOrTx, Hints } from '../platform/index.ts';
import type { Announce, Who } from './ports.ts';

/** A notice that was put into an inbox. */
export type Told = NewNotice;

/** The channel on which managers hear what collectors are told. */
export const MANAGERS_CHANNEL = 'private-admin.notifications';

/** Told in one go: others get their turn in between. */
const AT_ONCE = 500;

/** As {@link tellNow}, of a whole file; what went to two inboxes stays together, so that managers hear of it once. */
export async function tellMany(deps: TellDeps, told: readonly Told[]): Promise<void> {
  for (let from = 0, to = 0; from < told.length; from = to) {
    to = Math.min(from + AT_ONCE, told.length);
    while (to < told.length && told[to]?.dedupKey === told[to - 1]?.dedupKey) to += 1;
    await tellNow(deps, told.slice(from, to));
  }
}

/** What telling needs after the commit. */
export interface TellDeps {
  readonly db: DbOrTx;
  readonly access: Pick<Who, 'personsById'>;
  readonly hints: Hints;
  readonly announce: Announce;
}

/** After the commit: wakes the inboxes, and tells whoever is connected to the channels of collectors and managers. */
export async function tellNow(
  { db, access, hints, announce }: TellDeps,
  told: readonly Told[],
  /** What managers hear also where it is in nobody's inbox. */
  event?: NoticeContent,
): Promise<void> {
  if (event && told.length === 0) announce(MANAGERS_CHANNEL, event.type, event.payload);
  if (told.length === 0) return;
  const recipients = [...new Set(told.map(({ recipientId }) => recipientId))];
  hintRecipients(hints, recipients);
  const people = await access.personsById(db, recipients);
  const heard = new Set<string>();
  for (const { recipientId, dedupKey, type, payload } of told) {
    // A channel goes by our id, and by the one that their own app knows.
    for (const name of [recipientId, people.get(recipientId)?.externalId ?? null])
      if (name !== null) announce(`private-cobrador.${name}`, type, payload);
    // Told to two collectors, it happened once.
    if (heard.has(dedupKey)) continue;
    heard.add(dedupKey);
    announce(MANAGERS_CHANNEL, type, payload);
  }
}
