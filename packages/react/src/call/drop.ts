import type { TokenAnswer } from '@latido/protocol';
import { DisconnectReason } from 'livekit-client';
import type { EngineState } from './engine-state.ts';
import { meIn } from './screen.ts';

/** What the server thinks of us while it does not hear us. */
const UNHEARD: readonly string[] = ['suspected', 'unreachable'];

type Dropped = Pick<EngineState, 'call' | 'answer' | 'cutOffAt' | 'serverAwayAt' | 'frozen'>;

/**
 * Whether LiveKit has let us go for good by this reason: else there is a way back. `answered`: whether the server answered when it was
 * asked about it; undefined in a free room, about which there is nothing to ask.
 */
export function isOverBy(
  reason: DisconnectReason | undefined,
  state: Dropped,
  answered: boolean | undefined,
): boolean {
  if (reason === DisconnectReason.ROOM_DELETED) return state.call === null;
  if (reason !== DisconnectReason.PARTICIPANT_REMOVED) return false;
  // Who was given up as unheard, or whose picture has stood for long and costs nothing, is sent out of the room, so that no
  // media goes on without a meter: their place waits. While the server cannot tell us so that is what it is most likely, and the
  // way back begins with asking it.
  if (state.call === null || isOut(state)) return true;
  return answered === true && !isUnheard(state) && !isGivenUp(state) && !isUnsold(state);
}

/** Whether our coins have ended, and the time in which more could come: there is no way back but with new ones. */
export function isOut({ call }: Pick<EngineState, 'call'>): boolean {
  const cutAt = call?.meter?.cutAt ?? null;
  return call !== null && cutAt !== null && Date.parse(cutAt) <= Date.parse(call.serverAt);
}

/** Of the two hours that a token is good for. */
const ANSWER_GOOD_FOR_MS = 3_600_000;

/** What is no outage of LiveKit's: whether there is a call to come back to, and for us, is the server's to say first. */
const ASKED_FIRST: readonly unknown[] = [DisconnectReason.ROOM_DELETED, DisconnectReason.PARTICIPANT_REMOVED];

/** What let us in and may be tried again without asking; null where there is nothing. */
export function answerAfter(
  reason: DisconnectReason | undefined,
  { answer, ageMs }: { answer: TokenAnswer | null; ageMs: number },
): TokenAnswer | null {
  return ASKED_FIRST.includes(reason) || ageMs >= ANSWER_GOOD_FOR_MS ? null : answer;
}

/** Whether we knew ourselves that the server does not hear us: what it says just afterwards may be of the moment it did again. */
const isUnheard = ({ cutOffAt, serverAwayAt }: Dropped): boolean =>
  cutOffAt !== null || serverAwayAt !== null;

/** Whether the server cannot hear us, though we are here. */
function isGivenUp({ call, answer }: Pick<EngineState, 'call' | 'answer'>): boolean {
  const me = meIn(call, answer?.identity ?? null);
  return me !== null && (me.away === 'lost_connection' || UNHEARD.includes(me.state));
}

/** Whether nothing of ours arrives, so that the meter rests. */
function isUnsold({ frozen, answer }: Pick<EngineState, 'frozen' | 'answer'>): boolean {
  return frozen.get(answer?.identity ?? '')?.paused === true;
}
