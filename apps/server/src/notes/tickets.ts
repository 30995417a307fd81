import { Role } from '@latido/protocol';
import { z } from 'zod';
import { seal, TICKET_TTL_MS, unseal } from '../presence/index.ts';
import type { NotesDeps, Writer } from './ports.ts';

/** What a ticket says: whose it is and for which page. Whether they may is asked when they come, and again and again. */
const Claims = z.object({
  bookingId: z.string(),
  personId: z.string(),
  name: z.string(),
  roles: z.array(Role),
  sessionId: z.string().nullable(),
  since: z.number(),
});

/** Who stands at the door with a ticket. */
export type Holder = z.infer<typeof Claims>;

type Endings = NotesDeps['access']['endings'];
type TicketDeps = { clock: Pick<NotesDeps['clock'], 'now'> } & Pick<NotesDeps, 'config'>;
type Asker = Pick<Writer, 'personId' | 'name' | 'roles' | 'sessionId' | 'until'>;

/** A ticket for a page, sealed as those of presence are; it ends with the session that asked for it, and opens nothing once the bearer has run out (NOTES-14). */
export function giveTicket(
  { config, clock }: TicketDeps,
  { personId, name, roles, sessionId, until = Infinity }: Asker,
  bookingId: string,
): { ticket: string; expiresAt: Date } {
  const since = clock.now();
  const claims: Holder = { bookingId, personId, name, roles: [...roles], sessionId, since };
  const expiresAt = Math.min(since + TICKET_TTL_MS, until);
  return {
    ticket: seal(config.authSecret, 'notes-ticket', { claims, expiresAt }),
    expiresAt: new Date(expiresAt),
  };
}

/** Who holds this ticket; null when it is none of ours, too old, or its session is over. */
export function readTicket(
  { config, clock, access }: TicketDeps & { access: { endings: Pick<Endings, 'isEnded'> } },
  text: string,
): Holder | null {
  const claims = Claims.safeParse(unseal(config.authSecret, 'notes-ticket', { text, now: clock.now() }));
  return claims.success && !access.endings.isEnded(claims.data) ? claims.data : null;
}
