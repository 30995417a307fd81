import type { InLine, Outlooks } from '@latido/core';
import type { MatchingState, MatchOffer } from '@latido/protocol';
import { Plan } from '@latido/protocol';
import type { Together } from '../platform/index.ts';
import { knownOf, type Asker, type Engagement, type Known } from './known.ts';
import type { LineView } from './line-view.ts';
import type { MatchingDeps } from './ports.ts';
import { inLineOf, type OfferRow, type WaitingRow } from './store.ts';

type Deps = Pick<MatchingDeps, 'db' | 'clock' | 'config' | 'ticket'> & { readonly line: LineView };
type Asked = Deps & {
  /** What is known of those who ask at the same time, read together. */
  readonly known: Together<Asker, Known>;
};

/** Where somebody stands now; with a token into the room where they have one, unless it is told to a channel. */
export async function stateOf(
  deps: Asked,
  person: Asker,
  { withToken }: { withToken: boolean },
): Promise<MatchingState> {
  const known = await deps.known.ask(person);
  return await stateBy(deps, person, { known, withToken });
}

/** Where several stand, without tokens, read at once: their states in the order of the people. */
export async function statesOf(deps: Deps, people: readonly Asker[]): Promise<MatchingState[]> {
  const known = await knownOf(deps, people);
  return await Promise.all(people.map((person) => stateBy(deps, person, { known, withToken: false })));
}

async function stateBy(
  deps: Deps,
  person: Asker,
  { known, withToken }: { known: Known; withToken: boolean },
): Promise<MatchingState> {
  const { personId } = person;
  const now = deps.clock.now();
  const serverAt = new Date(now).toISOString();
  const row = known.rows.get(personId) ?? null;
  const offer = known.offers.get(personId);
  const base = { serverAt, ...(row ? { side: row.side, wishes: wishesOf(row), page: row.page } : {}) };
  if (offer) return { ...base, ...(await engagedState(deps, person, { offer, known, withToken })) };
  const other = known.calls.get(personId);
  if (other) return { ...base, state: 'in_call', callId: other.id, roomName: other.roomName };
  const line = await deps.line.seen();
  const until = row?.side === 'earner' ? undefined : known.asks.get(personId);
  const told = until === undefined ? {} : { tellMeUntil: new Date(until).toISOString() };
  const others =
    row?.side === 'earner' ? { waits: waitsOf(line, row) } : { prices: line.pricesFor(personId) };
  if (!row || row.off !== null) return { ...base, state: 'off', ...others, ...told, ...offWhy(row) };
  const outlook = line.outlookOf(asInLine(line, row));
  return { ...base, state: 'waiting', since: row.since.toISOString(), ...others, ...told, ...outlook };
}

const WAITS_SHOWN = 10;

function waitsOf(line: Outlooks, row: WaitingRow): string[] {
  return line.waitsFor(asInLine(line, row), WAITS_SHOWN).map((since) => new Date(since).toISOString());
}

const asInLine = (line: Outlooks, row: WaitingRow): InLine =>
  inLineOf(row, { isBusy: false, blocked: line.blockedOf(row.personId) });

function offWhy(row: WaitingRow | null): Pick<MatchingState, 'reason' | 'missing'> {
  if (row?.off == null) return {};
  return { reason: row.off, ...(row.missing === null ? {} : { missing: Number(row.missing) }) };
}

async function engagedState(
  { config, ticket }: Deps,
  { personId, name }: Asker,
  { offer, known, withToken }: { offer: Engagement; known: Known; withToken: boolean },
): Promise<Omit<MatchingState, 'serverAt'>> {
  if (offer.acceptedAt === null) {
    const shown = offerOnWire(offer, personId, known);
    return { state: 'offered', offer: shown, deadlineAt: shown.deadlineAt, callId: offer.callId };
  }
  const isWaiting = offer.callStatus === 'waiting';
  const into = { callId: offer.callId, roomName: offer.roomName };
  const way = withToken
    ? await ticket({ room: offer.livekitRoom, identity: personId, name, isOpen: !isWaiting })
    : {};
  if (!isWaiting) return { state: 'in_call', ...into, ...way };
  const deadlineAt = new Date(offer.acceptedAt.getTime() + config.connectMs).toISOString();
  return { state: 'connecting', ...into, ...way, deadlineAt, offer: offerOnWire(offer, personId, known) };
}

function offerOnWire(offer: OfferRow, personId: string, { partners }: Known): MatchOffer {
  const isPayer = offer.payerId === personId;
  const partnerId = isPayer ? offer.earnerId : offer.payerId;
  const { name = '', rating = null } = partners.get(partnerId) ?? {};
  return {
    id: offer.id,
    deadlineAt: offer.deadlineAt.toISOString(),
    partner: { personId: partnerId, name, ...(rating === null ? {} : { rating }) },
    price: Number(offer.price),
    policy: Plan.shape.policy.parse(offer.policy),
    ...offer.terms,
    accepted: (isPayer ? offer.payerAcceptedAt : offer.earnerAcceptedAt) !== null,
  };
}

function wishesOf(row: WaitingRow): MatchingState['wishes'] {
  const coins = (amount: bigint | null): number | null => (amount === null ? null : Number(amount));
  return {
    maxPrice: coins(row.maxPrice),
    language: row.language,
    connectAtOnce: row.connectAtOnce,
    planId: row.planId,
    price: coins(row.price),
    askFirst: row.askFirst,
    unhurried: row.unhurried,
  };
}
