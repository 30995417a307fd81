import type { FakeParticipant } from './rooms.ts';

/** What `rooms()` shows of a participant. */
export interface ParticipantView {
  sid: string;
  identity: string;
  state: 'JOINING' | 'JOINED' | 'ACTIVE' | 'DISCONNECTED';
  /** Sids of its tracks. */
  tracks: string[];
  /** Its socket is gone and LiveKit still waits for it. */
  isLost: boolean;
}

/** What `rooms()` shows of a room. */
export interface RoomView {
  sid: string;
  name: string;
  participants: ParticipantView[];
}

const STATES = ['JOINING', 'JOINED', 'ACTIVE', 'DISCONNECTED'] as const;

/** What is shown of a participant. */
export function viewOf(participant: FakeParticipant): ParticipantView {
  const { sid, identity, state, tracks, lostTimer } = participant;
  return {
    sid,
    identity,
    state: STATES[state] ?? 'DISCONNECTED',
    tracks: [...tracks.keys()],
    isLost: lostTimer !== undefined,
  };
}
