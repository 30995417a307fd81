import type { Outcome } from '@latido/core';
import { LOST_AFTER_MS } from '@latido/core';
import { EARNING, PAYING } from '@latido/protocol';
import { sql } from 'kysely';
import { callById } from '../calls/index.ts';
import type { DbOrTx, Tx } from '../platform/index.ts';
import { intervalsOfCalls } from '../presence/index.ts';
import { leaveLine } from './answer.ts';
import { decide } from './decide.ts';
import type { MatchingDeps } from './ports.ts';
import { lockOffer, offersToJudge, type OfferRow } from './store.ts';

/** Decides the offers whose time is over and whose calls have ended. Gives the people whom that concerns. */
export async function judgeOffers({
  db,
  clock,
  config,
}: Pick<MatchingDeps, 'db' | 'clock' | 'config'>): Promise<string[]> {
  const moved: string[] = [];
  const at = { now: clock.now(), connectMs: config.connectMs };
  for (const offer of await offersToJudge(db, at)) {
    const isDecided = await db.transaction().execute((tx) => judgeIn(tx, offer.id, at));
    if (isDecided) moved.push(offer.payerId, offer.earnerId);
  }
  return moved;
}

interface At {
  readonly now: number;
  readonly connectMs: number;
}

function mayBeOver(
  { acceptedAt, deadlineAt }: OfferRow,
  callStatus: string,
  { now, connectMs }: At,
): boolean {
  if (callStatus === 'ended') return true;
  if (acceptedAt === null) return deadlineAt.getTime() <= now;
  return callStatus === 'waiting' && acceptedAt.getTime() + connectMs <= now;
}

async function judgeIn(tx: Tx, id: string, at: At): Promise<boolean> {
  const offer = await lockOffer(tx, { id });
  const call = offer && (await callById(tx, offer.callId));
  if (!offer || !call || offer.decidedAt !== null || !mayBeOver(offer, call.status, at)) return false;
  const outcome = await outcomeOf(tx, offer, call.status);
  if (outcome === null) return false;
  await decide(tx, offer, { outcome, now: at.now });
  return true;
}

async function outcomeOf(tx: DbOrTx, offer: OfferRow, callStatus: string): Promise<Outcome | null> {
  if (callStatus === 'ended') return { kind: 'ended' };
  if (offer.acceptedAt === null) {
    const silent = [
      ...(offer.payerAcceptedAt === null ? [offer.payerId] : []),
      ...(offer.earnerAcceptedAt === null ? [offer.earnerId] : []),
    ];
    return { kind: 'expired', silent };
  }
  const intervals = (await intervalsOfCalls(tx, [offer.callId])).get(offer.callId) ?? [];
  const isThere = (personId: string): boolean =>
    intervals.some(
      (each) => each.personId === personId && (each.state === 'present' || each.state === 'suspected'),
    );
  const gone = [offer.payerId, offer.earnerId].filter((personId) => !isThere(personId));
  // Both are there: the call is about to be read as live.
  return gone.length === 0 ? null : { kind: 'gone', gone };
}

/**
 * Takes those out of line whom the team has banned or who have no role of their side any more, also out of an offer. What goes on
 * is ended by the ban itself; a call of who has another role goes on to its end.
 */
export async function dropForbidden({ db, clock }: Pick<MatchingDeps, 'db' | 'clock'>): Promise<string[]> {
  const { rows } = await sql<{ personId: string; side: 'payer' | 'earner' }>`
    select w.person_id as "personId", w.side from matching.waiting w join access.person p on p.id = w.person_id
    where w.off is null and (p.banned_at is not null or not exists (select from access.person_role r where r.person_id = w.person_id
      and r.role = any(case w.side when 'payer' then ${[...PAYING]}::text[] else ${[...EARNING]}::text[] end)))`.execute(
    db,
  );
  const moved: string[] = [];
  for (const { personId, side } of rows) {
    const offer = await leaveLine(db, { personId, side, now: clock.now() });
    moved.push(...(offer ? [offer.payerId, offer.earnerId] : [personId]));
  }
  return moved;
}

/** Takes those off whose pages gave no sign for too long (MATCH-17); nobody who is in an offer or a call. */
export async function dropQuiet({ db, clock }: Pick<MatchingDeps, 'db' | 'clock'>): Promise<string[]> {
  const now = clock.now();
  const { rows } = await sql<{ personId: string }>`
    update matching.waiting w set off = 'quiet', off_at = ${new Date(now)}
    where w.off is null and w.beat_at <= ${new Date(now - LOST_AFTER_MS)}
      and not exists (select from matching.engaged e where e.person_id = w.person_id)
    returning w.person_id as "personId"`.execute(db);
  return rows.map(({ personId }) => personId);
}
