import type { EngineState } from './engine-state.ts';
import type { CallPerson, CallState, EndReason } from '@latido/protocol';

/** Where our own side of the call stands. */
export type CallPhase = 'connecting' | 'in_call' | 'rejoining' | 'duplicate' | 'failed' | 'ended';

/**
 * What the person sees, from our own connection and the server's word; never from a timer of the page.
 *
 * `waiting_partner`: nobody else has come yet. `partner_suspected`: still live, the server is asking after them.
 * `partner_reconnecting`: they may come back until `call.graceUntil`. `me_reconnecting`: our own connection is
 * down or unheard. `duplicate`: the call is open in another tab of ours; `join` takes it here. `failed`: see `problem`.
 */
export type CallScreen =
  | 'connecting'
  | 'waiting_partner'
  | 'live'
  | 'partner_suspected'
  | 'partner_reconnecting'
  | 'me_reconnecting'
  | 'media_away'
  | 'duplicate'
  | 'failed'
  | 'ended';

/** The person behind an identity: `person_…~tab` is `person_…`. Null for identities that Latido did not sign. */
export function personIdOf(identity: string): string | null {
  return identity.startsWith('person_') ? (identity.split('~')[0] ?? null) : null;
}

/** The other one in a call of two; in larger calls the first of the others who is there, as far as anybody is. */
export function partnerOf(call: CallState | null, identity: string | null): CallPerson | null {
  const me = identity === null ? null : personIdOf(identity);
  const others = call?.people.filter((person) => person.personId !== me) ?? [];
  const [first = null] = others;
  // One who has gone says nothing of those who are left.
  return others.find(({ state }) => state === 'present') ?? others.find(isHere) ?? first;
}

/** Me, as the server sees me. */
export function meIn(call: CallState | null, identity: string | null): CallPerson | null {
  const me = identity === null ? null : personIdOf(identity);
  return call?.people.find((person) => person.personId === me) ?? null;
}

/** Whether somebody is there by the server's word: heard, or being asked after. */
export const isHere = (person: CallPerson | null): boolean =>
  person?.state === 'present' || person?.state === 'suspected';

/**
 * Whether the server's word counts in the stay that a page has just begun. One that it merely asks after may be the stay
 * before: after a reload that one is in doubt for its whole two seconds.
 */
export const isCountedIn = (phase: CallPhase, me: CallPerson | null): boolean =>
  phase === 'in_call' && me?.state === 'present';

/** Whether somebody had been there and is not heard any more, or was given up. */
const isGone = (person: CallPerson | null): boolean =>
  person?.state === 'unreachable' || person?.state === 'left';

/** Whether media is away for everybody, by the server's word: nobody's doing, and nothing to be told of a person. */
const isMediaAway = (call: CallState | null): boolean =>
  call?.people.some((person) => person.away === 'media_server' && !isHere(person)) ?? false;

/** The screen for a call. Without a call of the server's (`call` null), LiveKit's count of partners decides. */
export function screenOf(seen: {
  phase: CallPhase;
  call: CallState | null;
  identity: string | null;
  partnersInRoom: number;
  /** Whether the server neither hears us nor answers us. */
  cutOff?: boolean;
  /** Whether the media server is away while the server hears us. */
  mediaAway?: boolean;
  /** Whether the server has counted us in since this page joined: before that its word is about an earlier stay. */
  countedIn?: boolean;
}): CallScreen {
  const { phase, call } = seen;
  if (phase === 'ended' || call?.status === 'ended') return 'ended';
  const within = phase === 'in_call' || phase === 'rejoining';
  if (within && !seen.cutOff && (seen.mediaAway || isMediaAway(call))) return 'media_away';
  if (phase === 'rejoining') return 'me_reconnecting';
  if (phase !== 'in_call') return phase;
  if (call === null) return seen.partnersInRoom > 0 ? 'live' : 'waiting_partner';
  if (seen.cutOff) return 'me_reconnecting';
  if (isGone(meIn(call, seen.identity))) return seen.countedIn === false ? 'connecting' : 'me_reconnecting';
  if (call.status === 'waiting') return 'waiting_partner';
  const partner = partnerOf(call, seen.identity);
  if (call.status === 'reconnecting') return isHere(partner) ? 'live' : 'partner_reconnecting';
  if (partner?.state === 'suspected') return 'partner_suspected';
  return isGone(partner) ? 'partner_reconnecting' : 'live';
}

/** The screen by the engine's state alone, for a call that the server knows. */
export function screenOfState(state: EngineState, partnersInRoom = 0): CallScreen {
  return screenOf({
    phase: state.phase,
    call: state.call,
    identity: state.answer?.identity ?? null,
    partnersInRoom,
    cutOff: state.cutOffAt !== null,
    mediaAway: state.mediaAwayAt !== null,
    countedIn: state.countedIn,
  });
}

/** The engine's state with a change, and what follows from it: what kept us from the call, and whether we are counted in. */
export function stateAfter(before: EngineState, patch: Partial<EngineState>): EngineState {
  const state = { ...before, ...patch };
  // Only a word of the server's counts anybody in.
  const counted =
    patch.call !== undefined && isCountedIn(state.phase, meIn(state.call, state.answer?.identity ?? null));
  const cut = cutAfter(state.cut, screenOfState(state), counted);
  return { ...state, cut, countedIn: state.countedIn || counted };
}

/** How a call ended, as this side tells it: once, when the server has said so or we have left. Show `reason` and `by`. */
export interface CallEnd {
  /** The server's reason; show it, people ask whether it was meant. */
  readonly reason: EndReason;
  /** Whose doing it was. `system` when a deadline or the server ended it. */
  readonly by: 'me' | 'partner' | 'system';
  /** Whose connection was lost, where that is why: of the media server it is nobody's. */
  readonly lost: 'me' | 'partner' | 'media' | null;
  /** The call's last state, when the server knows the call. */
  readonly call: CallState | null;
  /** The other one as the server saw them last; null in a free room. */
  readonly partner: CallPerson | null;
}

/** What keeps us from the call: our own connection, the media server, or nothing. */
export type Cut = 'me' | 'media' | null;

/**
 * What kept us from the call when it ended, if anything did. It stands until the server's own word says that we are in
 * again: when a line comes back the first that is read may be the end.
 */
export function cutAfter(before: Cut, screen: CallScreen, counted: boolean): Cut {
  if (screen === 'me_reconnecting') return 'me';
  if (screen === 'media_away') return 'media';
  return screen === 'ended' || !counted ? before : null;
}

/** Reads the end from the server's last word, or from our own act where the server has none. */
export function endOf(
  call: CallState | null,
  identity: string | null,
  own: { hungUp: boolean; cut?: Cut },
): CallEnd {
  const { hungUp } = own;
  const me = identity === null ? null : personIdOf(identity);
  const isEnder = ({ personId }: CallPerson): boolean => personId !== me && personId === call?.endedBy;
  const partner = call?.people.find(isEnder) ?? partnerOf(call, identity);
  const reason = call?.endReason ?? (hungUp ? 'hung_up' : 'left');
  const endedBy = call?.endedBy ?? null;
  // Whom the server hears no more it takes out of the room: to them that is the lost connection still.
  const tidied = reason === 'removed' && endedBy === 'system' && own.cut != null;
  const lost = reason === 'lost_connection' || tidied ? lostIn(call, identity, own.cut ?? null) : null;
  if (endedBy === null ? hungUp : endedBy === me) return { reason, by: 'me', lost, call, partner };
  const by = endedBy !== null && endedBy === partner?.personId ? 'partner' : 'system';
  return { reason, by, lost, call, partner };
}

/**
 * Whose connection it was: whose the server says; else of one whom the server heard to the end it was not, whatever their page went through meanwhile;
 * where it heard both or neither, by what this page went through.
 */
function lostIn(call: CallState | null, identity: string | null, cut: Cut): CallEnd['lost'] {
  if (call?.people.some((person) => person.away === 'media_server')) return 'media';
  if (call?.lostBy) return call.lostBy === meIn(call, identity)?.personId ? 'me' : 'partner';
  const [meHeard, partnerHeard] = [isHere(meIn(call, identity)), isHere(partnerOf(call, identity))];
  if (meHeard !== partnerHeard) return meHeard ? 'partner' : 'me';
  return cut ?? 'partner';
}
