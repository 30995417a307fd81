/** For tests only: whatever may have been said of three stays, in whatever order. */
import fc from 'fast-check';
import { aborted, joined, left, listed, proof, roomFinished, sdk, verdict } from './builders.testing.ts';
import type { Fact } from './fact.ts';

const seconds = fc.integer({ min: 0, max: 600 }).map((tenth) => tenth / 10);
const sid = fc.constantFrom('PA_1', 'PA_2', 'PA_3');
const reason = fc.constantFrom(
  'CLIENT_INITIATED',
  'CONNECTION_TIMEOUT',
  'DUPLICATE_IDENTITY',
  'ROOM_DELETED',
);

const anyFact: fc.Arbitrary<Fact> = fc
  .record({ kind: fc.integer({ min: 0, max: 14 }), s: seconds, ms: seconds, participantSid: sid, reason })
  .map(({ kind, s, ms, participantSid, reason: why }) => {
    const more = { participantSid };
    const makers: (() => Fact)[] = [
      () => joined(s, more),
      () => left(Math.floor(s), why, more),
      () => aborted(Math.floor(s), more),
      () => roomFinished(Math.floor(s)),
      () => proof(Math.min(s, ms), Math.max(s, ms), more),
      () => sdk('connected', s, more),
      () => sdk('bye', s, more),
      () => sdk('page_left', s, more),
      () => verdict('unreachable', s, 'silence', more),
      () => verdict('resumed', s, 'proof', more),
      () => verdict('left', s, 'lost', more),
      () => listed(s, more),
      () => verdict('media_stopped', s, 'media', more),
      () => verdict('media_back', s, 'media', more),
      () => verdict('shut_out', s, 'media_without_meter', more),
    ];
    return (makers[kind] ?? (() => joined(s, more)))();
  });

/** Facts of a minute. */
export const history = fc.array(anyFact, { minLength: 1, maxLength: 14 });
