import type { Fact } from '@latido/core';
import { numberedPage } from '@latido/protocol';
import type { z } from 'zod';
import type { FactPage } from './store.ts';

/** What a reader of facts may ask for: the place in the log to go on from, and how many. */
export const FactsQuery = numberedPage({ limit: 200 });

/** A page of facts in the log's order; the cursor is the place of the last one. */
export async function pageOfFacts(
  { cursor, limit }: z.infer<typeof FactsQuery>,
  read: (page: FactPage) => Promise<Fact[]>,
): Promise<{ facts: Fact[]; nextCursor: string | null }> {
  const found = await read({ after: BigInt(cursor ?? 0), limit: limit + 1 });
  const facts = found.slice(0, limit);
  return { facts, nextCursor: found.length > limit ? String(facts.at(-1)?.seq) : null };
}
