import type { PeerState } from '@latido/client';
import type { CallPerson, CallState, MeterState } from '@latido/protocol';
import { elapsedOf } from '../parts/elapsed.ts';
import { personIdOf } from './screen.ts';

/** What the presence socket said last of each connection of the others, by participant sid. */
export type PeerWords = ReadonlyMap<string, PeerWord>;

/** A word, or a beat of a connection of which the server has said nothing yet. */
type PeerWord = PeerState & { readonly isBeat?: true };

/** A connection that lives beats twice a second, in a free room each two: of one that is this much behind nothing is known. */
const STALE_AFTER_MS = 5_000;

const isAway = ({ state }: Pick<CallPerson | PeerState, 'state'>): boolean =>
  state === 'unreachable' || state === 'left';

/** Best reached first; of those that are gone, one that pressed the button: nothing found out later undoes that. */
const rankOf = (word: PeerState): number => {
  if (isAway(word)) return word.reason === 'hung_up' ? 2 : 3;
  return word.state === 'present' ? 0 : 1;
};

/** The words with a newer one; one that comes late does not replace what was said after it. */
export function withWord(words: PeerWords, word: PeerState): PeerWords {
  const before = words.get(word.participantSid);
  if (before && before.at > word.at) return words;
  return new Map(words).set(word.participantSid, word);
}

/** A beat proves that a connection lives, unless it was said to be gone: then it takes the server's word to be back. */
export function withBeat(words: PeerWords, beat: { identity: string; participantSid: string; at: string }) {
  const before = words.get(beat.participantSid);
  if (before && before.state !== 'present') return words;
  const { identity, participantSid, at } = beat;
  return new Map(words).set(participantSid, {
    type: 'peer_state',
    identity,
    participantSid,
    at,
    state: 'present',
    isBeat: true,
  });
}

/**
 * Of several connections of one person the one that is best reached counts, and of equals the latest. Whom the call says to be
 * gone a beat alone does not bring back: it may come before the media server has named the new connection, and what was
 * shown would be taken back. A connection whose beats have stopped, or that was merely asked after, does not count beside what
 * was said of another one since: of those that a media server took with it nobody says that they left, or said so while
 * this page was away.
 */
function wordOn(person: CallPerson, words: PeerWords): PeerState | null {
  const isGone = isAway(person);
  const own = [...words.values()].filter(
    ({ identity, isBeat }) => personIdOf(identity) === person.personId && !(isGone && isBeat),
  );
  const newestAt = Math.max(...own.map(({ at }) => Date.parse(at)));
  const fresh = own.filter((word) => {
    const passes = word.isBeat === true || word.state === 'suspected';
    return !passes || newestAt - Date.parse(word.at) < STALE_AFTER_MS;
  });
  const [best] = fresh.toSorted((a, b) => rankOf(a) - rankOf(b) || (a.at < b.at ? 1 : a.at > b.at ? -1 : 0));
  return best ?? null;
}

/**
 * The call as it is known by whichever came first: the call's own state, or what the presence socket said of somebody
 * since then. The call takes a moment to be worked out anew, and its event comes over another socket; deadlines and
 * money are the call's to say, so a meter that must rest stands at the last proof of life until then.
 */
export function withPeerWords(call: CallState, words: PeerWords): CallState {
  if (call.status === 'ended') return call;
  let known = call;
  for (const person of call.people) {
    const word = wordOn(person, words);
    if (word) known = withOne(known, person, word);
  }
  return known;
}

function withOne(call: CallState, person: CallPerson, word: PeerState): CallState {
  const gone = isAway(word);
  // In a call of two the button ends it, and nothing that was worked out before can undo that.
  if (gone && word.reason === 'hung_up' && call.people.length === 2) return hungUp(call, person, word);
  const newer = word.at > call.serverAt;
  const state = newer ? word.state : person.state;
  const away = state === 'present' ? null : (person.away ?? awayBy(word));
  if (state === person.state && away === (person.away ?? null)) return call;
  const lastProofAt = latest(person.lastProofAt, word.lastProofAt ?? null);
  const people = call.people.map((one) => (one === person ? { ...one, state, away, lastProofAt } : one));
  const { meter } = call;
  if (!newer || !gone || !meter?.running) return { ...call, people };
  return { ...call, people, meter: restingAt(meter, word.lastProofAt ?? word.at) };
}

function hungUp(call: CallState, person: CallPerson, { at }: PeerState): CallState {
  const people = call.people.map((one) => (one === person ? { ...one, state: 'left' as const } : one));
  const meter = call.meter && restingAt(call.meter, at);
  const billableMs = meter?.billableMs ?? call.billableMs;
  const end = { status: 'ended', endReason: 'hung_up', endedBy: person.personId, endedAt: at } as const;
  return { ...call, ...end, people, meter, billableMs, graceUntil: null };
}

function restingAt(meter: MeterState, at: string): MeterState {
  const billableMs = elapsedOf(meter, Date.parse(at));
  return { ...meter, running: false, billableMs, nextDueAt: null, finalAt: null };
}

function awayBy({ reason, state }: PeerState): CallPerson['away'] {
  return state === 'present' || reason === undefined || reason === 'hung_up' ? null : reason;
}

function latest(a: string | null, b: string | null): string | null {
  if (a === null || b === null) return a ?? b;
  return a > b ? a : b;
}
