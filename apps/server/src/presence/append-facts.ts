import type { NewFact } from '@latido/core';
import { sql } from 'kysely';
import type { Db, DbOrTx, Hints } from '../platform/index.ts';
import { packPayload } from './packed-payload.ts';

/** The name of the log, and of the hint that it has grown. */
export const FACT_LOG = 'presence.fact';

/**
 * Appends facts to the log. Must be the last statement before the commit: it locks the log's head. Without a
 * transaction it is one by itself. A fact whose (source, sourceEventId) is there already is skipped. After the commit
 * the caller publishes the hint {@link FACT_LOG}.
 *
 * A fact whose teller names no call has that of its room ({@link claimRoom}), if it is about the room or about one of
 * the call's people.
 *
 * @see claimRoom
 */
export async function appendFacts(tx: DbOrTx, told: readonly NewFact[]): Promise<{ stored: number }> {
  if (told.length === 0) return { stored: 0 };
  const rows = once(told).map((fact) => {
    const packed = packPayload(fact);
    const said = packed === null ? {} : { payload: undefined, packed };
    return {
      ...fact,
      occurredAt: new Date(fact.occurredAt),
      receivedAt: new Date(fact.receivedAt),
      ...said,
    };
  });
  const { rows: answer } = await sql<{ stored: bigint }>`
    select presence.append(${JSON.stringify(rows)}::jsonb) as stored`.execute(tx);
  return { stored: Number(answer[0]?.stored ?? 0n) };
}

/** Each fact once: the first that was told. */
function once(facts: readonly NewFact[]): readonly NewFact[] {
  const bySource = new Map<string, NewFact>();
  for (const fact of facts.toReversed()) bySource.set(`${fact.source} ${fact.sourceEventId}`, fact);
  return bySource.size === facts.length ? facts : [...bySource.values()].toReversed();
}

/** Appends facts in a transaction of their own and tells the followers. */
export async function appendAndHint(
  { db, hints }: { db: Db; hints: Hints },
  facts: readonly NewFact[],
): Promise<{ stored: number }> {
  const answer = await db.transaction().execute((tx) => appendFacts(tx, facts));
  if (answer.stored > 0) hints.publish(FACT_LOG);
  return answer;
}
