import { awaitMakers, block, type Block } from '../access/index.ts';
import { callById, recordParting } from '../calls/index.ts';
import type { Tx } from '../platform/index.ts';
import { FACT_LOG } from '../presence/index.ts';
import { decide } from './decide.ts';
import type { MatchingDeps } from './ports.ts';
import { lockOffer, lockWaiting, offerOfPerson } from './store.ts';
import { LINE_CHANGED } from './work.ts';

/** What parting two stands on. */
export interface PartDeps extends Pick<MatchingDeps, 'db' | 'hints'> {
  readonly tell: (personIds: readonly string[]) => Promise<void>;
}

type Parting = Block & { readonly at: Date };

/**
 * Blocks somebody, with whatever else is written of it, and ends what the two are in together: an offer as if it were skipped, a call of
 * two as `parted` (MATCH-29). Asking twice is asking once.
 */
export async function part<T>(
  { db, hints, tell }: PartDeps,
  of: Parting,
  write: (tx: Tx) => Promise<T>,
): Promise<T> {
  const { byId, ofId } = of;
  const { written, moved } = await db.transaction().execute(async (tx) => {
    const said = await write(tx);
    await block(tx, of);
    return { written: said, moved: await partIn(tx, of) };
  });
  // Whoever was pairing them has looked for blocks under these locks: by now their offer is seen, or they have seen the block.
  await db.transaction().execute((tx) => lockWaiting(tx, [byId, ofId]));
  // So does whoever calls the other by name or by a link, under this one.
  await db.transaction().execute((tx) => awaitMakers(tx, [byId, ofId]));
  const since = await db.transaction().execute((tx) => partIn(tx, of));
  hints.publish(FACT_LOG);
  hints.publish(LINE_CHANGED);
  await tell([...new Set([...moved, ...since])]);
  return written;
}

/** Gives whose place has moved; of a call it moves as its end is read. */
async function partIn(tx: Tx, { byId, ofId, at }: Parting): Promise<string[]> {
  const found = await offerOfPerson(tx, byId);
  const offer = found && isOfBoth(found, ofId) ? await lockOffer(tx, { id: found.id }) : null;
  const call = offer && (await callById(tx, offer.callId));
  if (offer && offer.decidedAt === null && call?.status === 'waiting') {
    await decide(tx, offer, { outcome: { kind: 'skipped', by: byId }, now: at.getTime() });
    return [byId, ofId];
  }
  await recordParting(tx, { between: [byId, ofId], now: at.getTime() });
  return [];
}

function isOfBoth({ payerId, earnerId }: { payerId: string; earnerId: string }, ofId: string): boolean {
  return payerId === ofId || earnerId === ofId;
}
