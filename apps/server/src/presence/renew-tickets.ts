import type { Endings } from '../access/index.ts';
import type { Entry } from './entry.ts';
import { TICKET_TTL_MS, type TicketClaims } from './tickets.ts';

/** A quarter of what a ticket is good for: whoever had one last has an hour and a half to come back with it. */
const RENEWED_AFTER_MS = TICKET_TTL_MS / 4;

/** What of a socket is needed. */
export interface Renewable {
  readonly claims: TicketClaims;
  /** Of the sid that it speaks for; null while it speaks for none. */
  readonly entry: Pick<Entry, 'named' | 'gone' | 'watch'> | null;
  send(message: { readonly type: 'ticket'; readonly ticket: string }): void;
}

/** What renewing needs. */
export interface RenewalDeps {
  readonly issueTicket: (claims: TicketClaims) => string;
  readonly endings?: Pick<Endings, 'isEnded'> | undefined;
  readonly now: () => number;
}

/**
 * Gives whoever is there a fresh ticket, soon after they came and each half hour, so that a call may last longer than a ticket
 * (PRES-F24). It says what the first one said, also of which session and since when: what ends that one ends it. Once the bearer
 * that asked for the first has run out there are no more (PRES-R44).
 *
 * @returns what looks once over the sockets
 */
export function ticketRenewals(deps: RenewalDeps): (sockets: Iterable<Renewable>) => void {
  const renewedAt = new WeakMap<Renewable, number>();
  return (sockets) => {
    const now = deps.now();
    for (const socket of sockets) {
      if (now - (renewedAt.get(socket) ?? -Infinity) < RENEWED_AFTER_MS) continue;
      if ((socket.claims.renewUntil ?? Infinity) <= now) continue;
      // Who only watches, or was shut out, comes no further by it than the ticket that they have.
      if (!isThere(socket.entry) || deps.endings?.isEnded(socket.claims)) continue;
      renewedAt.set(socket, now);
      socket.send({ type: 'ticket', ticket: deps.issueTicket(socket.claims) });
    }
  };
}

const isThere = (entry: Renewable['entry']): boolean =>
  entry !== null && entry.named && !entry.gone && entry.watch.state === 'present';
