import type { TokenAnswer } from '@latido/protocol';
import { DisconnectReason } from 'livekit-client';
import type { EngineState } from './engine-state.ts';
import { meIn } from './screen.ts';

/** What the server thinks of us while it does not hear us. */
const UNHEARD: readonly string[] = ['suspected', 'unreachable'];

/** Whether LiveKit has let us go for good by this reason: else there is a way back. */
export function isOverBy(
  reason: DisconnectReason | undefined,
  state: Pick<EngineState, 'call' | 'answer'>,
): boolean {
  if (reason === DisconnectReason.ROOM_DELETED) return state.call === null;
  // Who was given up as unheard is sent out of the room, so that no media goes on without a meter: their place waits.
  return reason === DisconnectReason.PARTICIPANT_REMOVED && !isGivenUp(state);
}

/** Of the two hours that a token is good for. */
const ANSWER_GOOD_FOR_MS = 3_600_000;

/**
 * What let us in and may be tried again without asking; null where there is nothing. A room that was deleted is not away: whether
 * there is a call to come back to is the server's to say first.
 */
export function answerAfter(
  reason: DisconnectReason | undefined,
  { answer, ageMs }: { answer: TokenAnswer | null; ageMs: number },
): TokenAnswer | null {
  return reason === DisconnectReason.ROOM_DELETED || ageMs >= ANSWER_GOOD_FOR_MS ? null : answer;
}

/** Whether the server cannot hear us, though we are here. */
function isGivenUp({ call, answer }: Pick<EngineState, 'call' | 'answer'>): boolean {
  const me = meIn(call, answer?.identity ?? null);
  return me !== null && (me.away === 'lost_connection' || UNHEARD.includes(me.state));
}
