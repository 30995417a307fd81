import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import { chance, type Clock, type Db, type Job } from '../platform/index.ts';

/** Who opens a stream, and the session that it hangs on. */
export interface Owner {
  readonly personId: string;
  readonly sessionId: string | null;
  /** Epoch ms at which the session was good. */
  readonly since: number;
  /** Epoch ms at which the bearer behind it runs out, where it does. */
  readonly until?: number | undefined;
}

/** A ticket is asked for and used at once: its place is an address, which logs and histories keep. */
const TICKET_TTL_MS = 30_000;
const FORGET_EVERY_MS = 600_000;

/** Tickets that open one stream, once, on whatever node. */
export interface Tickets {
  give(owner: Omit<Owner, 'since'>): Promise<string>;
  /** Whose ticket this is; null when it is none, was used, or is too old. It is used up by that. */
  take(ticket: string): Promise<Owner | null>;
  readonly jobs: readonly Job[];
}

/** Tickets as rows of which only the hash is kept (160 random bits need no salt). */
export function createTickets({ db, clock }: { db: Db; clock: Pick<Clock, 'now'> }): Tickets {
  return {
    async give({ personId, sessionId, until }) {
      const ticket = chance(32);
      const at = new Date(clock.now());
      await sql`insert into sse.ticket (hash, person_id, session_id, asked_at, good_until)
        values (${hashOf(ticket)}, ${personId}, ${sessionId}, ${at}, ${until === undefined ? null : new Date(until)})`.execute(
        db,
      );
      return ticket;
    },
    async take(ticket) {
      const { rows } = await sql<{
        person_id: string;
        session_id: string | null;
        asked_at: Date;
        good_until: Date | null;
      }>`
        delete from sse.ticket where hash = ${hashOf(ticket)} returning person_id, session_id, asked_at, good_until`.execute(
        db,
      );
      const [row] = rows;
      if (!row || clock.now() - row.asked_at.getTime() > TICKET_TTL_MS) return null;
      const { person_id: personId, session_id: sessionId, asked_at, good_until } = row;
      return { personId, sessionId, since: asked_at.getTime(), until: good_until?.getTime() };
    },
    jobs: [
      {
        name: 'old stream tickets',
        everyMs: FORGET_EVERY_MS,
        async run() {
          const before = new Date(clock.now() - TICKET_TTL_MS);
          await sql`delete from sse.ticket where asked_at < ${before}`.execute(db);
        },
      },
    ],
  };
}

function hashOf(ticket: string): string {
  return createHash('sha256').update(ticket).digest('hex');
}
