import { ASK_KEPT_MS, isReady, whomToTell, type Ask, type AskAnswered, type InLine } from '@latido/core';
import { PAYING, type AskToBeTold } from '@latido/protocol';
import { sql } from 'kysely';
import { blocksAmong } from '../access/index.ts';
import { hintRecipients, notifyMany } from '../inbox/index.ts';
import type { DbOrTx, Tx } from '../platform/index.ts';
import { chance } from '../platform/index.ts';
import { mayBe } from './enter.ts';
import type { Actor, MatchingDeps } from './ports.ts';

/** Notes that a payer wants to be told when somebody is on air; asked again the wishes are the new ones, and the day begins anew. */
export async function askToBeTold(
  db: DbOrTx,
  actor: Actor,
  { wish, now }: { wish: AskToBeTold; now: number },
): Promise<void> {
  mayBe(actor, PAYING, 'Being told who is on air is for clients and mentees, who pay.');
  await sql`insert into matching.ask (person_id, max_price, language, at)
    values (${actor.personId}, ${wish.maxPrice ?? null}::bigint, ${wish.language ?? null}, ${new Date(now)})
    on conflict (person_id) do update set max_price = excluded.max_price, language = excluded.language, at = excluded.at`.execute(
    db,
  );
}

/** Somebody need not be told any more. */
export async function forgetAsk(db: DbOrTx, personId: string): Promise<void> {
  await sql`delete from matching.ask where person_id = ${personId}`.execute(db);
}

/** Those that nobody answered within their day. */
export async function forgetOldAsks(of: {
  db: DbOrTx;
  clock: Pick<MatchingDeps['clock'], 'now'>;
}): Promise<void> {
  await sql`delete from matching.ask where at <= ${new Date(of.clock.now() - ASK_KEPT_MS)}`.execute(of.db);
}

/** Until when the wishes of some to be told hold (epoch ms); who has none is left out. */
export async function askedUntil(
  db: DbOrTx,
  personIds: readonly string[],
  now: number,
): Promise<Map<string, number>> {
  if (personIds.length === 0) return new Map();
  const { rows } = await sql<{ personId: string; at: Date }>`
    select person_id as "personId", at from matching.ask where person_id = any(${[...personIds]}::text[])`.execute(
    db,
  );
  const until = rows.map(({ personId, at }) => [personId, at.getTime() + ASK_KEPT_MS] as const);
  return new Map(until.filter(([, at]) => at > now));
}

/** Tells whoever asked and fits somebody who is free (MATCH-26), each once on whatever node; gives who was told. */
export async function tellWhoAsked(
  { db, clock, hints }: Pick<MatchingDeps, 'db' | 'clock' | 'hints'>,
  line: readonly InLine[],
): Promise<string[]> {
  const now = clock.now();
  const asks = await asksFor(db, line, now);
  const answered = whomToTell(asks, line, now);
  if (answered.length === 0) return [];
  const told = await db.transaction().execute((tx) => tellIn(tx, answered, clock));
  hintRecipients(hints, told);
  return told;
}

/** A look takes so many; who is told makes room for the next. */
const ASKS_MOST = 2_000;

/** The asks that somebody who is free could answer, the oldest first; nothing is read while nobody is. */
async function asksFor(db: DbOrTx, line: readonly InLine[], now: number): Promise<Ask[]> {
  const free = line.filter((person) => person.side === 'earner' && isReady(person, now));
  const prices = free.flatMap(({ price }) => price ?? []);
  if (prices.length === 0) return [];
  const languages = [...new Set(free.flatMap(({ language }) => language ?? []))];
  const { rows } = await sql<{
    personId: string;
    maxPrice: bigint | null;
    language: string | null;
    at: Date;
  }>`select a.person_id as "personId", a.max_price as "maxPrice", a.language, a.at from matching.ask a
    where a.at > ${new Date(now - ASK_KEPT_MS)} and (a.max_price is null or a.max_price >= ${Math.min(...prices)})
      and (a.language is null or a.language = any(${languages}::text[]))
      and not exists (select from access.person p where p.id = a.person_id and p.banned_at is not null)
    order by a.at limit ${ASKS_MOST}`.execute(db);
  const blocked = await blocksAmong(
    db,
    rows.map(({ personId }) => personId),
  );
  return rows.map(({ personId, maxPrice, language, at }) => ({
    personId,
    maxPrice: maxPrice === null ? null : Number(maxPrice),
    language,
    blocked: blocked.get(personId) ?? [],
    at: at.getTime(),
  }));
}

/** Whoever takes the row tells: no two nodes tell the same, and nothing is told of a wish that was taken back. */
async function tellIn(
  tx: Tx,
  answered: readonly AskAnswered[],
  clock: MatchingDeps['clock'],
): Promise<string[]> {
  const ids = answered.map(({ personId }) => personId);
  const { rows } = await sql<{ personId: string }>`
    select person_id as "personId" from matching.ask where person_id = any(${ids}::text[])
    order by person_id for update skip locked`.execute(tx);
  const taken = new Set(rows.map(({ personId }) => personId));
  await sql`delete from matching.ask where person_id = any(${[...taken]}::text[])`.execute(tx);
  const notices = answered
    .filter(({ personId }) => taken.has(personId))
    .map(({ personId, price }) => ({
      recipientId: personId,
      // Once by the row that is gone; the same person may ask again within the same millisecond.
      dedupKey: `on_air:${chance(16)}`,
      type: 'matching.on_air' as const,
      payload: { price },
    }));
  return (await notifyMany(tx, notices, clock)).map(({ recipientId }) => recipientId);
}
