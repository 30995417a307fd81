import { sql } from 'kysely';
import type { Tx } from '../platform/index.ts';
import { newId } from '../platform/index.ts';

/** A webhook with a good signature that is no fact. */
export interface Unreadable {
  /** The bytes as they came. */
  readonly body: Uint8Array;
  /** Epoch ms. */
  readonly receivedAt: number;
  readonly problem: string;
}

/** Keeps webhooks that cannot be facts as they came: they were signed, so somebody may want to know. */
export async function keepUnreadable(tx: Tx, webhooks: readonly Unreadable[]): Promise<void> {
  for (const { body, receivedAt, problem } of webhooks) {
    await sql`insert into presence.unreadable_webhook (id, received_at, body, problem)
      values (${newId('fact')}, ${new Date(receivedAt)}::timestamptz, ${body}, ${problem})`.execute(tx);
  }
}
