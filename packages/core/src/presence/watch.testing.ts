import { at } from './builders.testing.ts';
import type { Watch } from './watch.ts';
import { NO_SIGHT } from './watch.ts';

/** Somebody in a paid call whose last beat came at `beat`. */
export function watch(beat: number, more: Partial<Watch> = {}): Watch {
  return {
    participantSid: 'PA_1',
    identity: 'alice',
    roomName: 'room',
    roomSid: 'RM_1',
    callId: 'call_1',
    beatEveryMs: 500,
    beating: true,
    state: 'present',
    suspectedAt: null,
    lastProofAt: at(beat),
    lastBeatAt: at(beat),
    roomLostAt: null,
    socketClosedAt: null,
    pageLeftAt: null,
    followed: null,
    goneAt: null,
    goneReason: null,
    sight: NO_SIGHT,
    ownQuietFrom: null,
    frozen: null,
    absent: null,
    listedAt: null,
    shutOutAt: null,
    unheard: [],
    stopped: [],
    ...more,
  };
}
