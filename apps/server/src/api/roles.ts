import type { CallMember } from '@latido/core';
import type { Role } from '@latido/protocol';
import { EARNING, PAYING } from '@latido/protocol';
import { problem } from '../platform/index.ts';

/** What somebody may be in a paid call. */
export function partsOf(roles: readonly Role[]): ('payer' | 'earner')[] {
  const parts: ('payer' | 'earner')[] = [];
  if (roles.some((role) => PAYING.includes(role))) parts.push('payer');
  if (roles.some((role) => EARNING.includes(role))) parts.push('earner');
  return parts;
}

/**
 * What a person is in the call of a room: what they are already, else the part that is free.
 *
 * @throws room.forbidden for who neither pays nor earns
 */
export function partInCall(
  person: { readonly personId: string; readonly roles: readonly Role[] },
  people: readonly CallMember[],
): 'payer' | 'earner' {
  const own = people.find((each) => each.personId === person.personId)?.role;
  if (own === 'payer' || own === 'earner') return own;
  const parts = partsOf(person.roles);
  const free = parts.find((part) => !people.some((each) => each.role === part)) ?? parts[0];
  if (free) return free;
  throw problem(
    'room.forbidden',
    'A paid call is between a client or mentee, who pays, and a model or mentor, who earns. Your account is neither.',
  );
}

/**
 * Who pays and who earns when one person calls another.
 *
 * @throws auth.forbidden when both pay, both earn, or one does neither
 */
export function partsOfTwo(caller: readonly Role[], called: readonly Role[]): 'payer' | 'earner' {
  const own = partsOf(caller);
  const other = partsOf(called);
  if (own.includes('payer') && other.includes('earner')) return 'payer';
  if (own.includes('earner') && other.includes('payer')) return 'earner';
  const sentence =
    own.length === 0
      ? 'Your account neither pays nor earns.'
      : other.length === 0
        ? 'The other person neither pays nor earns.'
        : `You both ${own[0] === 'payer' ? 'pay' : 'earn'}: a call needs one who pays and one who earns.`;
  throw problem('auth.forbidden', sentence);
}
