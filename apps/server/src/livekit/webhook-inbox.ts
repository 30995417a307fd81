import type { NewFact } from '@latido/core';
import type { Clock, DbOrTx, Hints, Log, Tx } from '../platform/index.ts';
import { GroupCommit, isAboutContent, Overloaded } from './group-commit.ts';
import type { WebhookCounters } from './webhook-counters.ts';
import { createWebhookClock, type WebhookClock, type WebhookClockDeps } from './webhook-clock.ts';
import type { ReceivedWebhook, UnreadableWebhook } from './webhook-fact.ts';
import { isUnreadable, readWebhook } from './webhook-fact.ts';

/** Where webhooks are kept; presence owns both. */
export interface WebhookStore {
  /** Appends to the log of facts; in a transaction its last statement. Tells how many were new. */
  appendFacts(db: DbOrTx, facts: NewFact[]): Promise<{ stored: number }>;
  keepUnreadable(tx: Tx, webhooks: readonly UnreadableWebhook[]): Promise<void>;
}

export interface WebhookInboxDeps extends WebhookClockDeps {
  readonly hints: Hints;
  readonly clock: Clock;
  readonly log: Log;
  readonly counters: WebhookCounters;
  readonly store: WebhookStore;
}

/** A webhook whose signature is good. */
export interface SignedWebhook extends ReceivedWebhook {
  /** The API key that signed it. */
  readonly key: string;
}

/** Takes webhooks whose signature is good. */
export interface WebhookInbox {
  /** Resolves once it is committed; rejects when it could not be, so that LiveKit comes again. */
  take(webhook: SignedWebhook): Promise<void>;
  /** Resolves when nothing waits any more. */
  close(): Promise<void>;
}

interface Read extends SignedWebhook {
  readonly read: NewFact | UnreadableWebhook;
}

/** The inbox of webhooks: reads, stores many in one transaction, hints the followers. Decides nothing. */
export function createWebhookInbox(deps: WebhookInboxDeps): WebhookInbox {
  const { counters } = deps;
  const webhookClock = createWebhookClock(deps);
  const group = new GroupCommit<Read>({
    store: (batch) => storeBatch({ ...deps, webhookClock }, batch),
    sizeOf: ({ body }) => body.length,
    committed: (count, tookMs) => counters.committed(count, tookMs),
  });
  return {
    async take(webhook) {
      const read = readWebhook(webhook);
      counters.received(isUnreadable(read) ? 'unreadable' : read.type, webhook.receivedAt);
      try {
        await group.add({ ...webhook, read });
      } catch (error) {
        counters.notStored += 1;
        throw error;
      }
    },
    close: () => group.close(),
  };
}

async function storeBatch(
  deps: WebhookInboxDeps & { webhookClock: WebhookClock },
  batch: readonly Read[],
): Promise<void> {
  const { counters, hints } = deps;
  const unreadable = batch.flatMap(({ read }) => (isUnreadable(read) ? [read] : []));
  const signed = batch.flatMap(({ read, key }) => (isUnreadable(read) ? [] : [{ fact: read, key }]));
  try {
    const facts = await deps.webhookClock.corrected(signed);
    const stored = await storeAll(deps, { facts, unreadable });
    counters.duplicates += facts.length - stored;
    counters.unreadable += unreadable.length;
    if (stored > 0) hints.publish('presence.fact');
  } catch (error) {
    const [only] = batch;
    if (batch.length > 1 || !only || !isAboutContent(error)) throw error;
    await keepAsItCame(deps, only, error);
  }
}

interface Batch {
  readonly facts: NewFact[];
  readonly unreadable: readonly UnreadableWebhook[];
}

/** How many facts were new. Appending alone is one statement: begin and commit would be two more ways to the database. */
async function storeAll({ db, store }: WebhookInboxDeps, { facts, unreadable }: Batch): Promise<number> {
  if (unreadable.length === 0) return (await store.appendFacts(db, facts)).stored;
  return await db.transaction().execute(async (tx) => {
    await store.keepUnreadable(tx, unreadable);
    return (await store.appendFacts(tx, facts)).stored;
  });
}

/** The database cannot hold it as a fact (too deep, too long): kept raw, else LiveKit would send it for nothing. */
async function keepAsItCame(
  deps: WebhookInboxDeps,
  { body, receivedAt }: ReceivedWebhook,
  error: unknown,
): Promise<void> {
  const problem = error instanceof Error ? error.message.slice(0, 500) : 'refused by the database';
  await deps.db.transaction().execute((tx) => deps.store.keepUnreadable(tx, [{ body, receivedAt, problem }]));
  deps.counters.unreadable += 1;
  deps.log.warn({ bytes: body.length }, 'a webhook could not be stored as a fact and was kept raw');
}

/** Whether the inbox refused for want of room. */
export function isOverloaded(error: unknown): boolean {
  return error instanceof Overloaded;
}
