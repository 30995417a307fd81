import type { PeerState } from '@latido/client';
import type { CallPerson, CallState, MeterState } from '@latido/protocol';
import { describe, expect, it } from 'vitest';
import { withBeat, withPeerWords, withWord, type PeerWords } from './peer-words.ts';

const at = (s: number): string => new Date(Date.UTC(2026, 0, 5, 10, 0, s)).toISOString();
const person = (personId: string): CallPerson => ({
  personId,
  name: personId.slice(7),
  role: personId === 'person_alice' ? 'payer' : 'earner',
  state: 'present',
  lastProofAt: at(9),
});
const meter = { running: true, billableMs: 5_000, asOfAt: at(10), nextDueAt: at(65), finalAt: at(90) };
const call = {
  status: 'live',
  people: [person('person_alice'), person('person_bob')],
  billableMs: 5_000,
  meter: meter as MeterState,
  lostBy: null,
  graceUntil: null,
  serverAt: at(10),
} as CallState;
const word = (patch: Partial<PeerState>): PeerState => ({
  type: 'peer_state',
  identity: 'person_bob',
  participantSid: 'PA_1',
  state: 'unreachable',
  at: at(20),
  ...patch,
});
const words = (...all: PeerState[]): PeerWords => all.reduce<PeerWords>(withWord, new Map());
const bobIn = (known: CallState) => known.people.find(({ personId }) => personId === 'person_bob');

describe('a call by whichever word came first', () => {
  it.each(['suspected', 'unreachable', 'left'] as const)(
    '[REACT-FIRST] a newer word (%s) counts at once',
    (state) => {
      expect(bobIn(withPeerWords(call, words(word({ state }))))?.state).toBe(state);
    },
  );

  it('[REACT-FIRST] a word from before the call’s own state changes nothing', () => {
    expect(withPeerWords(call, words(word({ at: at(9) })))).toBe(call);
    const later = words(word({ state: 'present', at: at(21) }), word({ at: at(20) }));
    expect(bobIn(withPeerWords(call, later))?.state).toBe('present');
  });

  it('[REACT-FIRST] the meter stands at the last proof of life; the deadline is the call’s to say', () => {
    const known = withPeerWords(call, words(word({ lastProofAt: at(17) })));
    expect(known.meter).toMatchObject({ running: false, billableMs: 12_000, nextDueAt: null, finalAt: null });
    expect(known.graceUntil).toBeNull();
    expect(bobIn(known)?.lastProofAt).toBe(at(17));
  });

  it('[REACT-FIRST] whom we merely ask after costs as before', () => {
    expect(withPeerWords(call, words(word({ state: 'suspected' }))).meter).toEqual(meter);
  });

  it('[REACT-FIRST] a hang-up is the end of a call of two, whatever is worked out meanwhile', () => {
    const known = withPeerWords(call, words(word({ state: 'left', reason: 'hung_up', at: at(9) })));
    expect(known).toMatchObject({
      status: 'ended',
      endReason: 'hung_up',
      endedBy: 'person_bob',
      endedAt: at(9),
    });
    const three = { ...call, people: [...call.people, person('person_carol')] };
    expect(withPeerWords(three, words(word({ state: 'left', reason: 'hung_up' }))).status).toBe('live');
  });

  it('[REACT-FIRST] of two devices the one that is best reached counts', () => {
    const beat = { identity: 'person_bob~2', participantSid: 'PA_2', at: at(19) };
    const known = withBeat(words(word({ state: 'left', reason: 'hung_up' })), beat);
    expect(bobIn(withPeerWords(call, known))?.state).toBe('present');
  });

  it('[REACT-FIRST] a connection that beats no more does not outweigh what is said of the one after it', () => {
    // The media server was started again: of the connection before nobody has said that it left.
    const before = withBeat(new Map(), { identity: 'person_bob', participantSid: 'PA_0', at: at(11) });
    expect(bobIn(withPeerWords(call, withWord(before, word({}))))?.state).toBe('unreachable');
    const hungUp = withWord(before, word({ state: 'left', reason: 'hung_up' }));
    expect(withPeerWords(call, hungUp)).toMatchObject({ status: 'ended', endReason: 'hung_up' });
  });

  it.each(['suspected', 'unreachable'] as const)(
    '[REACT-FIRST] a hang-up is told although an earlier connection was left as %s',
    (state) => {
      // This page was away itself when the server gave that connection up.
      const before = word({ participantSid: 'PA_0', state, reason: 'media_server', at: at(11) });
      const hungUp = word({ state: 'left', reason: 'hung_up', at: at(20) });
      expect(withPeerWords(call, words(before, hungUp))).toMatchObject({
        status: 'ended',
        endReason: 'hung_up',
      });
    },
  );

  it('[REACT-FIRST] of two connections that are gone the later word counts, and a hang-up before any', () => {
    const left = word({ participantSid: 'PA_0', state: 'left', reason: 'closed_page', at: at(20) });
    const known = withPeerWords(call, words(left, word({ at: at(21) })));
    expect(bobIn(known)).toMatchObject({ state: 'unreachable' });
    const hungUp = word({ state: 'left', reason: 'hung_up', at: at(20) });
    const noticed = word({ participantSid: 'PA_0', at: at(22) });
    expect(withPeerWords(call, words(hungUp, noticed)).status).toBe('ended');
  });

  it('[REACT-FIRST] whom the call says to be gone no beat of a new connection brings back', () => {
    const gone = { ...call, people: [call.people[0]!, { ...person('person_bob'), state: 'unreachable' }] };
    const beat = { identity: 'person_bob', participantSid: 'PA_2', at: at(21) };
    expect(bobIn(withPeerWords(gone as CallState, withBeat(new Map(), beat)))?.state).toBe('unreachable');
    const known = withPeerWords(call, withBeat(words(word({})), beat));
    expect(bobIn(known)?.state).toBe('present');
  });

  it('[REACT-FIRST] one beat that was on its way brings nobody back who was said to be gone', () => {
    const known = withBeat(words(word({})), { identity: 'person_bob', participantSid: 'PA_1', at: at(21) });
    expect(bobIn(withPeerWords(call, known))?.state).toBe('unreachable');
  });

  it('[REACT-AWAY] a closed page stays told as one when the call’s own state comes', () => {
    const later = {
      ...call,
      serverAt: at(30),
      people: [call.people[0]!, { ...person('person_bob'), state: 'left' }],
    };
    const known = withPeerWords(later as CallState, words(word({ reason: 'closed_page' })));
    expect(bobIn(known)?.away).toBe('closed_page');
    expect(
      bobIn(withPeerWords(call, words(word({ reason: 'closed_page', state: 'present' }))))?.away ?? null,
    ).toBeNull();
  });

  it('[REACT-FIRST] what has ended has ended', () => {
    const ended = { ...call, status: 'ended' } as CallState;
    expect(withPeerWords(ended, words(word({})))).toBe(ended);
  });
});
