import type { NoticeContent } from '@latido/protocol';
import { hintRecipients, type NewNotice } from '../inbox/index.ts';
import type { DbOrTx, Hints } from '../platform/index.ts';
import type { Announce, Collector, Who } from './ports.ts';

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
    const who = { id: recipientId, externalId: people.get(recipientId)?.externalId ?? null };
    announceTo(announce, who, { type, payload });
    // Told to two collectors, it happened once.
    if (heard.has(dedupKey)) continue;
    heard.add(dedupKey);
    announce(MANAGERS_CHANNEL, type, payload);
  }
}

/** What a team has told some people, after the commit: those of them who collect hear it on their channel, and managers once. */
export async function tellCollectors(
  { db, access, announce }: Omit<TellDeps, 'hints'>,
  recipientIds: readonly string[],
  event: { readonly type: string; readonly payload: unknown },
): Promise<void> {
  let isHeard = false;
  for (let from = 0; from < recipientIds.length; from += AT_ONCE) {
    const people = await access.personsById(db, recipientIds.slice(from, from + AT_ONCE));
    for (const person of people.values()) {
      if (!person.roles.includes('collector')) continue;
      isHeard = true;
      announceTo(announce, person, event);
    }
  }
  if (isHeard) announce(MANAGERS_CHANNEL, event.type, event.payload);
}

/** A channel goes by our id, and by the one that their own app knows. */
function announceTo(
  announce: Announce,
  { id, externalId }: Pick<Collector, 'id' | 'externalId'>,
  { type, payload }: { type: string; payload: unknown },
): void {
  for (const name of [id, externalId]) if (name !== null) announce(`private-cobrador.${name}`, type, payload);
}
