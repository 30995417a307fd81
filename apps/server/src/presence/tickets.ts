import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import type { Endings } from '../access/index.ts';
import type { Clock } from '../platform/index.ts';

/** What the ticket of a presence socket says: who, where, and how closely to watch. */
export const TicketClaims = z.object({
  personId: z.string().nullable(),
  identity: z.string(),
  roomName: z.string(),
  callId: z.string().nullable(),
  paid: z.boolean(),
  /** The session that asked for it, and when (epoch ms): the ticket ends with that session. */
  sessionId: z.string().nullish(),
  since: z.number().optional(),
  /**
   * When the bearer that asked for it runs out (epoch ms): it is not renewed from then on. Not `until`, which would end the
   * socket: a call that is on is not torn because a short token was followed by another (PRES-R44).
   */
  renewUntil: z.number().optional(),
});
export type TicketClaims = z.infer<typeof TicketClaims>;

/** What the token of a beacon says: whose page may say that it goes. Its nonce is good for one use. */
export const BeaconClaims = TicketClaims.extend({ participantSid: z.string(), nonce: z.string() });
export type BeaconClaims = z.infer<typeof BeaconClaims>;

/** Tickets live as long as LiveKit's token: a call that runs longer keeps its socket. */
export const TICKET_TTL_MS = 2 * 3_600_000;

/** What a sealed text is for; one cannot stand in for the other. */
export type Purpose = 'presence-ticket' | 'presence-beacon' | 'notes-ticket' | 'guest-link';

const Sealed = z.object({ claims: z.unknown(), expiresAt: z.number() });

/** Signs claims into a text that may stand in a URL. Not encrypted: they hold no secret. */
export function seal(
  secret: string,
  purpose: Purpose,
  { claims, expiresAt }: { claims: object; expiresAt: number },
): string {
  const body = Buffer.from(JSON.stringify({ claims, expiresAt })).toString('base64url');
  return `${body}.${signature(secret, purpose, body)}`;
}

/** The claims of a text that {@link seal} made, or null when it is forged, of another purpose or too old. */
export function unseal(
  secret: string,
  purpose: Purpose,
  { text, now }: { text: string; now: number },
): unknown {
  const [body, given, ...more] = text.split('.');
  if (body === undefined || given === undefined || more.length > 0) return null;
  const expected = Buffer.from(signature(secret, purpose, body));
  const actual = Buffer.from(given);
  if (expected.length !== actual.length || !timingSafeEqual(expected, actual)) return null;
  const sealed = Sealed.safeParse(JSON.parse(Buffer.from(body, 'base64url').toString()));
  return sealed.success && sealed.data.expiresAt > now ? sealed.data.claims : null;
}

/** Makes the tickets of presence sockets, and reads those that are good: whose session has not ended, either. */
export function ticketsOf({
  secret,
  clock,
  endings,
}: {
  secret: string;
  clock: Pick<Clock, 'now'>;
  endings?: Pick<Endings, 'isEnded'> | undefined;
}): { issueTicket(claims: TicketClaims): string; readTicket(ticket: string): TicketClaims | null } {
  return {
    issueTicket: (claims) =>
      seal(secret, 'presence-ticket', { claims, expiresAt: clock.now() + TICKET_TTL_MS }),
    readTicket: (text) => {
      const claims = TicketClaims.safeParse(unseal(secret, 'presence-ticket', { text, now: clock.now() }));
      return claims.success && !endings?.isEnded(claims.data) ? claims.data : null;
    },
  };
}

function signature(secret: string, purpose: Purpose, body: string): string {
  return createHmac('sha256', secret).update(`${purpose}.${body}`).digest('base64url');
}
