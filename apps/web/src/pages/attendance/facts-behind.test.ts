import { describe, expect, it } from 'vitest';
import { facts as enFacts } from '../../messages/en/facts.ts';
import { facts as esFacts } from '../../messages/es/facts.ts';
import { factsBehind, type StoredFact } from './facts-behind.ts';

const at = (s: number): string => new Date(s * 1000).toISOString();

describe('the facts behind a bar', () => {
  it('[WEB-TIMELINE] behind an end stand the facts around it, or the nearest of the same stay', () => {
    const fact = (seq: string, s: number, participantSid = 'PA_1'): StoredFact => ({
      seq,
      source: 'webhook',
      type: 't',
      participantSid,
      identity: null,
      occurredAt: at(s),
      receivedAt: at(s),
    });
    const facts = [fact('1', 0), fact('2', 1), fact('3', 1, 'PA_2'), fact('4', 60)];
    expect(factsBehind(facts, 'PA_1', 500).map((f) => f.seq)).toEqual(['1', '2']);
    expect(factsBehind(facts, 'PA_1', 40_000).map((f) => f.seq)).toEqual(['4']);
    expect(factsBehind(facts, 'PA_9', 0)).toEqual([]);
  });

  it('[WEB-FACTS] every fact that the server folds is told in a sentence, in both languages', () => {
    const told = Object.keys(enFacts);
    expect(Object.keys(esFacts)).toEqual(told);
    for (const [source, types] of Object.entries(FOLDED))
      for (const type of types) expect(told, `${source}.${type}`).toContain(`${source}_${type}`);
    expect(enFacts.detector_unreachable).toBe(
      '{name}’s last sign of life was {at}; the silence was noticed {late} later.',
    );
  });
});

/** What each source says of a stay or of the end of a call. */
const FOLDED = {
  webhook: [
    'participant_joined',
    'participant_left',
    'participant_connection_aborted',
    'room_started',
    'room_finished',
    'track_published',
    'track_unpublished',
  ],
  sdk: ['connected', 'bye', 'page_left', 'socket_closed', 'partner_disconnected'],
  proof: ['proof'],
  poll: ['listed', 'absent'],
  detector: [
    'suspected',
    'unreachable',
    'resumed',
    'left',
    'shut_out',
    'grace_expired',
    'out_of_balance',
    'no_answer',
    'expired',
  ],
  api: ['hang_up'],
  admin: ['removed'],
};
