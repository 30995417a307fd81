import type { InLine } from '@latido/core';
import type { InLineShown, OfferTerms } from '@latido/protocol';
import { sql } from 'kysely';
import { inACall } from '../calls/index.ts';
import type { DbOrTx, Tx } from '../platform/index.ts';

/** A row of the line. */
export interface WaitingRow {
  readonly personId: string;
  readonly side: 'payer' | 'earner';
  readonly since: Date;
  readonly ahead: boolean;
  readonly freeSince: Date;
  readonly beatAt: Date;
  readonly silences: number;
  readonly maxPrice: bigint | null;
  readonly language: string | null;
  readonly connectAtOnce: boolean;
  readonly planId: string | null;
  /** The most that a minute with an earner can come to. */
  readonly price: bigint | null;
  /** What an earner's plan holds first. */
  readonly firstHold: bigint | null;
  readonly askFirst: boolean;
  readonly lastPartnerId: string | null;
  readonly unhurried: boolean;
  /** Of the person's pages the one that holds the place. */
  readonly page: string | null;
  readonly off: 'silent' | 'no_coins' | 'quiet' | 'ended' | 'no_plan' | null;
  readonly missing: bigint | null;
}

const waitingColumns = sql`w.person_id as "personId", w.side, w.since, w.ahead, w.free_since as "freeSince", w.beat_at as "beatAt",
  w.silences, w.max_price as "maxPrice", w.language, w.connect_at_once as "connectAtOnce", w.plan_id as "planId", w.price, w.first_hold as "firstHold",
  w.ask_first as "askFirst", w.last_partner_id as "lastPartnerId", w.unhurried, w.page, w.off, w.missing`;

/** An offer, and the call that it was made with. */
export interface OfferRow {
  readonly id: string;
  readonly payerId: string;
  readonly earnerId: string;
  readonly callId: string;
  readonly roomName: string;
  readonly price: bigint;
  readonly policy: string;
  readonly terms: OfferTerms;
  readonly deadlineAt: Date;
  readonly payerAcceptedAt: Date | null;
  readonly earnerAcceptedAt: Date | null;
  readonly acceptedAt: Date | null;
  readonly outcome: 'skipped' | 'expired' | 'gone' | 'next' | 'ended' | null;
  readonly decidedAt: Date | null;
  readonly decidedBy: string | null;
}

const offerColumns = sql`o.id, o.payer_id as "payerId", o.earner_id as "earnerId", o.call_id as "callId", o.room_name as "roomName",
  o.price, o.policy, o.terms, o.deadline_at as "deadlineAt", o.payer_accepted_at as "payerAcceptedAt",
  o.earner_accepted_at as "earnerAcceptedAt", o.accepted_at as "acceptedAt", o.outcome, o.decided_at as "decidedAt",
  o.decided_by as "decidedBy"`;

/** Somebody's row; null when they are in no line. */
export async function waitingOf(db: DbOrTx, personId: string): Promise<WaitingRow | null> {
  const { rows } = await sql<WaitingRow>`
    select ${waitingColumns} from matching.waiting w where w.person_id = ${personId}`.execute(db);
  return rows[0] ?? null;
}

/** The rows of several; who is in no line is left out. */
export async function waitingOfEach(
  db: DbOrTx,
  personIds: readonly string[],
): Promise<Map<string, WaitingRow>> {
  const { rows } = await sql<WaitingRow>`
    select ${waitingColumns} from matching.waiting w where w.person_id = any(${[...personIds]}::text[])`.execute(
    db,
  );
  return new Map(rows.map((row) => [row.personId, row]));
}

/** Locks rows by id, waiting for who has them. */
export async function lockWaiting(tx: Tx, personIds: readonly string[]): Promise<WaitingRow[]> {
  const { rows } = await sql<WaitingRow>`
    select ${waitingColumns} from matching.waiting w where w.person_id = any(${[...personIds]}::text[])
    order by w.person_id for update`.execute(tx);
  return rows;
}

/** Locks those who are still in line and in nothing; who is locked by somebody else is left out. */
export async function lockFree(tx: Tx, personIds: readonly string[]): Promise<Map<string, WaitingRow>> {
  const { rows } = await sql<WaitingRow>`
    select ${waitingColumns} from matching.waiting w where w.person_id = any(${[...personIds]}::text[]) and w.off is null
    order by w.side desc, w.person_id for update of w skip locked`.execute(tx);
  // Who had a row until just now may have put them into an offer: that is seen only by a statement after the lock.
  const busy = await busyOf(
    tx,
    rows.map(({ personId }) => personId),
  );
  return new Map(rows.flatMap((row) => (busy.has(row.personId) ? [] : [[row.personId, row]])));
}

async function busyOf(tx: Tx, personIds: readonly string[]): Promise<Set<string>> {
  const ids = [...personIds];
  const { rows } = await sql<{ personId: string }>`
    select person_id as "personId" from matching.engaged where person_id = any(${ids}::text[])
    union all
    select p.person_id from calls.call_person p join calls.call c on c.id = p.call_id
     where p.person_id = any(${ids}::text[]) and ${inACall}
    union all
    select id from access.person where id = any(${ids}::text[]) and banned_at is not null`.execute(tx);
  return new Set(rows.map(({ personId }) => personId));
}

/** The offer or call that somebody is in; null when they are in none that matching made. */
export async function offerOfPerson(db: DbOrTx, personId: string): Promise<OfferRow | null> {
  const { rows } = await sql<OfferRow>`
    select ${offerColumns} from matching.engaged e join matching.offer o on o.id = e.offer_id
    where e.person_id = ${personId}`.execute(db);
  return rows[0] ?? null;
}

/** An offer or call that somebody is in, with the state of its call. */
export interface Engagement extends OfferRow {
  readonly callStatus: string;
  readonly livekitRoom: string;
}

/** Those of several, by the person. */
export async function engagementsOf(
  db: DbOrTx,
  personIds: readonly string[],
): Promise<Map<string, Engagement>> {
  const { rows } = await sql<Engagement & { personId: string }>`
    select e.person_id as "personId", ${offerColumns}, c.status as "callStatus", c.livekit_room as "livekitRoom"
      from matching.engaged e join matching.offer o on o.id = e.offer_id join calls.call c on c.id = o.call_id
     where e.person_id = any(${[...personIds]}::text[])`.execute(db);
  return new Map(rows.map((row) => [row.personId, row]));
}

/** Locks an offer. */
export async function lockOffer(tx: Tx, by: { id: string } | { callId: string }): Promise<OfferRow | null> {
  const where = 'id' in by ? sql`o.id = ${by.id}` : sql`o.call_id = ${by.callId}`;
  const { rows } = await sql<OfferRow>`
    select ${offerColumns} from matching.offer o where ${where} for update`.execute(tx);
  return rows[0] ?? null;
}

/** Undecided offers that may be over by now: whose time has passed, or whose calls have ended. */
export async function offersToJudge(
  db: DbOrTx,
  { now, connectMs }: { now: number; connectMs: number },
): Promise<Pick<OfferRow, 'id' | 'payerId' | 'earnerId'>[]> {
  const { rows } = await sql<Pick<OfferRow, 'id' | 'payerId' | 'earnerId'>>`
    select o.id, o.payer_id as "payerId", o.earner_id as "earnerId" from matching.offer o join calls.call c on c.id = o.call_id
    where o.decided_at is null and (c.status = 'ended'
      or (o.accepted_at is null and o.deadline_at <= ${new Date(now)})
      or (c.status = 'waiting' and o.accepted_at <= ${new Date(now - connectMs)})) order by o.id`.execute(db);
  return rows;
}

/** A row as core reads it. */
export function inLineOf(row: WaitingRow, of: Pick<InLine, 'isBusy' | 'blocked'>): InLine {
  return {
    personId: row.personId,
    side: row.side,
    since: row.since.getTime(),
    ahead: row.ahead,
    freeSince: row.freeSince.getTime(),
    beatAt: row.beatAt.getTime(),
    silences: row.silences,
    maxPrice: row.maxPrice === null ? null : Number(row.maxPrice),
    price: row.price === null ? null : Number(row.price),
    // Read with the line; of a row by itself nothing is said that depends on it.
    coins: null,
    firstHold: row.firstHold === null ? null : Number(row.firstHold),
    language: row.language,
    lastPartnerId: row.lastPartnerId,
    ...of,
  };
}

/** Another page of somebody holds their place from now on. */
export async function takePlace(db: DbOrTx, of: { personId: string; page: string }): Promise<void> {
  await sql`update matching.waiting set page = ${of.page} where person_id = ${of.personId}`.execute(db);
}

/** Why somebody is in line no more. */
export async function putOff(
  db: DbOrTx,
  off: { personId: string; why: NonNullable<WaitingRow['off']>; missing?: bigint; at: Date },
): Promise<void> {
  await sql`update matching.waiting set off = ${off.why}, missing = ${off.missing ?? null}::bigint, off_at = ${off.at}
    where person_id = ${off.personId} and off is null`.execute(db);
}

interface LineRow {
  readonly personId: string;
  readonly name: string;
  readonly side: 'payer' | 'earner';
  readonly since: Date;
  readonly price: bigint | null;
  readonly maxPrice: bigint | null;
  readonly language: string | null;
  readonly state: InLineShown['state'];
}

/** Everybody who is in line, as the team sees them: who has been promised the next place first, at most a thousand. */
export async function everybodyInLine(db: DbOrTx): Promise<InLineShown[]> {
  const { rows } = await sql<LineRow>`
    select w.person_id as "personId", coalesce(p.name, '') as name, w.side, w.since, w.price, w.max_price as "maxPrice", w.language,
      case when o.id is null then 'waiting' when o.accepted_at is null then 'offered'
           when c.status = 'waiting' then 'connecting' else 'in_call' end as state
    from matching.waiting w left join access.person p on p.id = w.person_id
    left join matching.engaged e on e.person_id = w.person_id left join matching.offer o on o.id = e.offer_id
    left join calls.call c on c.id = o.call_id
    where w.off is null order by w.side, w.ahead desc, w.since limit 1000`.execute(db);
  return rows.map(({ since, price, maxPrice, ...row }) => ({
    ...row,
    since: since.toISOString(),
    price: price === null ? null : Number(price),
    maxPrice: maxPrice === null ? null : Number(maxPrice),
  }));
}
