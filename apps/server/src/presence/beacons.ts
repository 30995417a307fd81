import type { NewFact } from '@latido/core';
import { sql } from 'kysely';
import type { Clock, Config, Db, Hints } from '../platform/index.ts';
import { newId, problem } from '../platform/index.ts';
import type { Detector } from './detector.ts';
import { factOf } from './entry.ts';
import type { FactWriter } from './fact-writer.ts';
import type { Registry } from './registry.ts';
import { change } from './registry.ts';
import { BeaconClaims, seal, TICKET_TTL_MS, type TicketClaims, unseal } from './tickets.ts';

/** Tells the other nodes that a page went, its socket may be theirs. Payload: JSON of {@link Gone}. */
const PAGE_LEFT_HINT = 'presence.page_left';

/** What beacons need. */
export interface BeaconDeps {
  readonly config: Pick<Config, 'authSecret'>;
  readonly db: Db;
  readonly hints: Hints;
  readonly clock: Pick<Clock, 'now'>;
  /** The detector's time. */
  readonly now: () => number;
  readonly registry: Registry;
  readonly detector: Detector;
  readonly factWriter: FactWriter;
}

/** Where a page was when it went. */
export interface BeaconPlace {
  readonly roomSid: string;
  readonly participantSid: string;
}

/** What pages say as they go. */
export interface Beacons {
  /** The token that the page of this sid may say it with, once. */
  tokenFor(claims: TicketClaims, participantSid: string): string;
  /** @throws AppError auth.refused for a token that is forged, too old, or of another sid */
  hear(token: string, where: BeaconPlace): Promise<void>;
  close(): void;
}

/** Starts listening to pages that go, here and on other nodes. */
export function startBeacons(deps: BeaconDeps): Beacons {
  const { config, hints, clock, now, registry, detector, factWriter } = deps;
  const pageLeft = ({ participantSid, identity }: Gone): void => {
    const entry = registry.get(participantSid);
    // Whoever spoke for a sid before LiveKit had named its owner says nothing about them.
    if (entry === null || entry.watch.identity !== identity || entry.watch.pageLeftAt !== null) return;
    const at = now();
    registry.unpaid.silence(entry, at);
    // Its own word is its last proof, and no reason to think that it is back.
    const suspectedAt = entry.watch.suspectedAt === null ? null : at;
    change(entry, { pageLeftAt: at, lastProofAt: at, suspectedAt });
    detector.poke();
  };
  const unsubscribe = hints.subscribe(PAGE_LEFT_HINT, (payload) => pageLeft(JSON.parse(payload) as Gone));
  /** Being written: the log does not know them yet. */
  const underWay = new Set<string>();
  return {
    tokenFor(claims, participantSid) {
      const sealed = { ...claims, participantSid, nonce: newId('ticket') } satisfies BeaconClaims;
      const entry = registry.get(participantSid);
      if (entry !== null) entry.beacon = sealed.nonce;
      const expiresAt = clock.now() + TICKET_TTL_MS;
      return seal(config.authSecret, 'presence-beacon', { claims: sealed, expiresAt });
    },
    async hear(token, where) {
      const fact = beaconFact(config.authSecret, { token, where, now: now() });
      const { sourceEventId: nonce, identity } = fact;
      if (underWay.has(nonce)) return;
      underWay.add(nonce);
      try {
        const entry = registry.get(where.participantSid);
        // Given out here and not used yet: nobody need look it up, and its page is told of before the database has it.
        if (entry?.beacon === nonce) entry.beacon = null;
        else if (await wasHeard(deps.db, nonce)) return;
        const written = factWriter.write([fact]);
        const gone = { participantSid: where.participantSid, identity: identity ?? '' } satisfies Gone;
        pageLeft(gone);
        await written;
        hints.publish(PAGE_LEFT_HINT, JSON.stringify(gone));
      } finally {
        underWay.delete(nonce);
      }
    },
    close: unsubscribe,
  };
}

/** Whose page went. */
interface Gone {
  readonly participantSid: string;
  readonly identity: string;
}

/** Whether the log, which is one for all nodes, has this beacon. */
async function wasHeard(db: Db, nonce: string): Promise<boolean> {
  const { rows } = await sql`
    select 1 from presence.fact
     where presence.fact_key(source, source_event_id) = presence.fact_key(presence.source_no('sdk'), ${nonce})`.execute(
    db,
  );
  return rows.length > 0;
}

interface BeaconSaid {
  readonly token: string;
  readonly where: BeaconPlace;
  readonly now: number;
}

/** The nonce is the fact's id: a token that is used again says nothing new. */
function beaconFact(secret: string, { token, where, now }: BeaconSaid): NewFact {
  const claims = BeaconClaims.safeParse(unseal(secret, 'presence-beacon', { text: token, now }));
  if (!claims.success)
    throw problem('auth.refused', 'This beacon token is not one of ours, or it is too old.');
  const { identity, roomName, callId, nonce, participantSid } = claims.data;
  if (participantSid !== where.participantSid)
    throw problem('auth.refused', 'This beacon token is of another participant: a page speaks for itself.');
  const place = { identity, roomName, callId, ...where };
  return { ...factOf(place, { source: 'sdk', type: 'page_left', at: now, now }), sourceEventId: nonce };
}
