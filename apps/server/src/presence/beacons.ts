import type { NewFact } from '@latido/core';
import type { Clock, Config, Hints } from '../platform/index.ts';
import { newId, problem } from '../platform/index.ts';
import type { Detector } from './detector.ts';
import { factOf } from './entry.ts';
import type { FactWriter } from './fact-writer.ts';
import type { Registry } from './registry.ts';
import { change } from './registry.ts';
import { BeaconClaims, seal, TICKET_TTL_MS, type TicketClaims, unseal } from './tickets.ts';

/** Tells the other nodes that the page of a sid went: its socket may be theirs. */
const PAGE_LEFT_HINT = 'presence.page_left';

/** What beacons need. */
export interface BeaconDeps {
  readonly config: Pick<Config, 'authSecret'>;
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
  /** The token that a page of this ticket may say it with, once. */
  tokenFor(claims: TicketClaims): string;
  /** @throws AppError auth.refused for a token that is forged or too old */
  hear(token: string, where: BeaconPlace): Promise<void>;
  close(): void;
}

/** Starts listening to pages that go, here and on other nodes. */
export function startBeacons(deps: BeaconDeps): Beacons {
  const { config, hints, clock, now, registry, detector, factWriter } = deps;
  const pageLeft = (participantSid: string): void => {
    const entry = registry.get(participantSid);
    if (entry === null || entry.watch.pageLeftAt !== null) return;
    const at = now();
    // Its own word is its last proof, and no reason to think that it is back.
    const suspectedAt = entry.watch.suspectedAt === null ? null : at;
    change(entry, { pageLeftAt: at, lastProofAt: at, suspectedAt });
    detector.poke();
  };
  const unsubscribe = hints.subscribe(PAGE_LEFT_HINT, pageLeft);
  return {
    tokenFor(claims) {
      const sealed = { ...claims, nonce: newId('ticket') } satisfies BeaconClaims;
      const expiresAt = clock.now() + TICKET_TTL_MS;
      return seal(config.authSecret, 'presence-beacon', { claims: sealed, expiresAt });
    },
    async hear(token, where) {
      await factWriter.write([beaconFact(config.authSecret, { token, where, now: now() })]);
      pageLeft(where.participantSid);
      hints.publish(PAGE_LEFT_HINT, where.participantSid);
    },
    close: unsubscribe,
  };
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
  const { identity, roomName, callId, nonce } = claims.data;
  const place = { identity, roomName, callId, ...where };
  return { ...factOf(place, { source: 'sdk', type: 'page_left', at: now, now }), sourceEventId: nonce };
}
