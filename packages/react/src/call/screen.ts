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
  | 'duplicate'
  | 'failed'
  | 'ended';

/** The person behind an identity: `person_…~tab` is `person_…`. Null for identities that Latido did not sign. */
export function personIdOf(identity: string): string | null {
  return identity.startsWith('person_') ? (identity.split('~')[0] ?? null) : null;
}

/** The other one in a call of two; in larger calls the first who is not me. */
export function partnerOf(call: CallState | null, identity: string | null): CallPerson | null {
  const me = identity === null ? null : personIdOf(identity);
  return call?.people.find((person) => person.personId !== me) ?? null;
}

/** Whether the server cannot hear us, by its own word: then our meter rests and our partner waits. */
function isUnreachable(call: CallState, identity: string | null): boolean {
  const me = identity === null ? null : personIdOf(identity);
  return call.people.find((person) => person.personId === me)?.state === 'unreachable';
}

/** The screen for a call. Without a call of the server's (`call` null), LiveKit's count of partners decides. */
export function screenOf(seen: {
  phase: CallPhase;
  call: CallState | null;
  identity: string | null;
  partnersInRoom: number;
  /** Whether the server neither hears us nor answers us. */
  cutOff?: boolean;
}): CallScreen {
  const { phase, call } = seen;
  if (phase === 'ended' || call?.status === 'ended') return 'ended';
  if (phase === 'rejoining') return 'me_reconnecting';
  if (phase !== 'in_call') return phase;
  if (call === null) return seen.partnersInRoom > 0 ? 'live' : 'waiting_partner';
  if (seen.cutOff || isUnreachable(call, seen.identity)) return 'me_reconnecting';
  if (call.status === 'waiting') return 'waiting_partner';
  const partner = partnerOf(call, seen.identity);
  if (call.status === 'reconnecting') {
    const partnerIsHere = partner?.state === 'present' || partner?.state === 'suspected';
    return partnerIsHere ? 'live' : 'partner_reconnecting';
  }
  if (partner?.state === 'suspected') return 'partner_suspected';
  return partner?.state === 'unreachable' ? 'partner_reconnecting' : 'live';
}

/** How a call ended, as this side tells it: once, when the server has said so or we have left. Show `reason` and `by`. */
export interface CallEnd {
  readonly reason: EndReason;
  /** Whose doing it was. `system` when a deadline or the server ended it. */
  readonly by: 'me' | 'partner' | 'system';
  /** The call's last state, when the server knows the call. */
  readonly call: CallState | null;
  readonly partner: CallPerson | null;
}

/** Reads the end from the server's last word, or from our own act where the server has none. */
export function endOf(call: CallState | null, identity: string | null, hungUp: boolean): CallEnd {
  const me = identity === null ? null : personIdOf(identity);
  const partner = partnerOf(call, identity);
  const reason = call?.endReason ?? (hungUp ? 'hung_up' : 'left');
  const endedBy = call?.endedBy ?? null;
  if (endedBy === null ? hungUp : endedBy === me) return { reason, by: 'me', call, partner };
  return {
    reason,
    by: endedBy !== null && endedBy === partner?.personId ? 'partner' : 'system',
    call,
    partner,
  };
}
