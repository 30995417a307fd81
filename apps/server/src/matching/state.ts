import type { InLine } from '@latido/core';
import { outlookOf, waitsFor } from '@latido/core';
import type { MatchingState, MatchOffer } from '@latido/protocol';
import { Plan } from '@latido/protocol';
import { sql } from 'kysely';
import { personsById } from '../access/index.ts';
import { callById, openCallsOf } from '../calls/index.ts';
import type { DbOrTx } from '../platform/index.ts';
import { askedUntil } from './ask.ts';
import type { MatchingDeps } from './ports.ts';
import type { LineView } from './line-view.ts';
import { inLineOf, offerOfPerson, waitingOf, type OfferRow, type WaitingRow } from './store.ts';

type Deps = Pick<MatchingDeps, 'db' | 'clock' | 'config' | 'ticket'> & { readonly line: LineView };

/** Where somebody stands now; with a token into the room where they have one, unless it is told to a channel. */
export async function stateOf(
  deps: Deps,
  person: { personId: string; name: string },
  { withToken }: { withToken: boolean },
): Promise<MatchingState> {
  const { db, clock } = deps;
  const { personId } = person;
  const serverAt = new Date(clock.now()).toISOString();
  const row = await waitingOf(db, personId);
  const offer = await offerOfPerson(db, personId);
  const base = { serverAt, ...(row ? { side: row.side, wishes: wishesOf(row), page: row.page } : {}) };
  if (offer) return { ...base, ...(await engagedState(deps, person, { offer, withToken })) };
  const other = (await ownCalls(db, personId))[0];
  if (other) return { ...base, state: 'in_call', callId: other.id, roomName: other.roomName };
  const line = await deps.line.seenBy(row);
  const until = row?.side === 'earner' ? null : await askedUntil(db, personId, clock.now());
  const told = until === null ? {} : { tellMeUntil: new Date(until).toISOString() };
  const others =
    row?.side === 'earner'
      ? { waits: waitsOf(line, row, clock.now()) }
      : { prices: pricesOf(line, personId) };
  if (!row || row.off !== null) return { ...base, state: 'off', ...others, ...told, ...offWhy(row) };
  const outlook = outlookOf(line, personId, clock.now());
  return { ...base, state: 'waiting', since: row.since.toISOString(), ...others, ...told, ...outlook };
}

const WAITS_SHOWN = 10;

function waitsOf(line: readonly InLine[], row: WaitingRow, now: number): string[] {
  const own = inLineOf(row, { isBusy: false, blocked: blockedIn(line, row.personId) });
  return waitsFor(line, own, now)
    .slice(0, WAITS_SHOWN)
    .map((since) => new Date(since).toISOString());
}

const blockedIn = (line: readonly InLine[], personId: string): readonly string[] =>
  line.find((person) => person.personId === personId)?.blocked ?? [];

function offWhy(row: WaitingRow | null): Pick<MatchingState, 'reason' | 'missing'> {
  if (row?.off == null) return {};
  return { reason: row.off, ...(row.missing === null ? {} : { missing: Number(row.missing) }) };
}

async function engagedState(
  { db, config, ticket }: Deps,
  { personId, name }: { personId: string; name: string },
  { offer, withToken }: { offer: OfferRow; withToken: boolean },
): Promise<Omit<MatchingState, 'serverAt'>> {
  if (offer.acceptedAt === null) {
    const shown = await offerOnWire(db, offer, personId);
    return { state: 'offered', offer: shown, deadlineAt: shown.deadlineAt, callId: offer.callId };
  }
  const call = await callById(db, offer.callId);
  const isWaiting = call?.status === 'waiting';
  const into = { callId: offer.callId, roomName: offer.roomName };
  const room = call?.livekitRoom;
  const way =
    withToken && room !== undefined
      ? await ticket({ room, identity: personId, name, isOpen: !isWaiting })
      : {};
  if (!isWaiting) return { state: 'in_call', ...into, ...way };
  const deadlineAt = new Date(offer.acceptedAt.getTime() + config.connectMs).toISOString();
  const shown = await offerOnWire(db, offer, personId);
  return { state: 'connecting', ...into, ...way, deadlineAt, offer: shown };
}

async function offerOnWire(db: DbOrTx, offer: OfferRow, personId: string): Promise<MatchOffer> {
  const isPayer = offer.payerId === personId;
  const partnerId = isPayer ? offer.earnerId : offer.payerId;
  const partner = (await personsById(db, [partnerId])).get(partnerId);
  const rating = await ratingOf(db, partnerId);
  return {
    id: offer.id,
    deadlineAt: offer.deadlineAt.toISOString(),
    partner: { personId: partnerId, name: partner?.name ?? '', ...(rating === null ? {} : { rating }) },
    price: Number(offer.price),
    policy: Plan.shape.policy.parse(offer.policy),
    accepted: (isPayer ? offer.payerAcceptedAt : offer.earnerAcceptedAt) !== null,
  };
}

/** Fewer stars would say who gave them. */
const RATINGS_SHOWN_FROM = 3;

async function ratingOf(db: DbOrTx, personId: string): Promise<number | null> {
  const { rows } = await sql<{ mean: number | null; count: bigint }>`
    select avg(stars)::float8 as mean, count(*) as count from matching.rating where of_id = ${personId}`.execute(
    db,
  );
  const { mean = null, count = 0n } = rows[0] ?? {};
  return mean === null || count < RATINGS_SHOWN_FROM ? null : Math.round(mean * 10) / 10;
}

/** Calls that go on and that matching did not make; those that Next has just ended are over. */
async function ownCalls(db: DbOrTx, personId: string): Promise<{ id: string; roomName: string }[]> {
  const open = (await openCallsOf(db, personId)).filter(({ status }) => status !== 'waiting');
  if (open.length === 0) return [];
  const { rows } = await sql<{ callId: string }>`select n.call_id as "callId" from matching.next n
    where n.call_id = any(${open.map(({ id }) => id)}::text[])`.execute(db);
  const ended = new Set(rows.map(({ callId }) => callId));
  return open.filter(({ id }) => !ended.has(id));
}

function wishesOf(row: WaitingRow): MatchingState['wishes'] {
  const coins = (amount: bigint | null): number | null => (amount === null ? null : Number(amount));
  return {
    maxPrice: coins(row.maxPrice),
    language: row.language,
    connectAtOnce: row.connectAtOnce,
    planId: row.planId,
    price: coins(row.price),
    askFirst: row.askFirst,
    unhurried: row.unhurried,
  };
}

function pricesOf(line: readonly InLine[], personId: string): { price: number; people: number }[] {
  const people = new Map<number, number>();
  for (const { side, price, blocked, personId: earnerId } of line)
    if (side === 'earner' && price !== null && earnerId !== personId && !blocked.includes(personId))
      people.set(price, (people.get(price) ?? 0) + 1);
  return [...people]
    .map(([price, count]) => ({ price, people: count }))
    .toSorted((a, b) => a.price - b.price);
}
