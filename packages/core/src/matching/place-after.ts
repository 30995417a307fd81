import { SILENCES_MAX } from './limits.ts';
import type { InLine } from './line.ts';

/** What became of an offer, or of the call that it led to. */
export type Outcome =
  /** Somebody said no. */
  | { readonly kind: 'skipped'; readonly by: string }
  /** The deadline passed without a word of these. */
  | { readonly kind: 'expired'; readonly silent: readonly string[] }
  /** Accepted, and these did not come into the room. */
  | { readonly kind: 'gone'; readonly gone: readonly string[] }
  /** Somebody pressed Next. */
  | { readonly kind: 'next'; readonly by: string }
  /** The call ended in any other way. */
  | { readonly kind: 'ended' };

/** Why somebody is in line no more. */
export type OffReason = 'silent' | 'ended';

/** Where somebody stands afterwards. */
export interface Place extends Pick<InLine, 'since' | 'ahead' | 'freeSince' | 'silences' | 'lastPartnerId'> {
  readonly off: OffReason | null;
}

/** What an outcome does to one of the two. */
export function placeAfter(
  own: Pick<InLine, 'personId' | 'side' | 'since' | 'silences'>,
  { outcome, partnerId, now }: { outcome: Outcome; partnerId: string; now: number },
): Place {
  const kept = {
    since: own.since,
    ahead: false,
    freeSince: now,
    silences: 0,
    lastPartnerId: partnerId,
    off: null,
  };
  const left = { ...kept, ahead: true };
  switch (outcome.kind) {
    case 'skipped':
      return outcome.by === own.personId ? kept : left;
    case 'next':
      return outcome.by === own.personId ? { ...kept, since: now } : left;
    case 'expired':
      return outcome.silent.includes(own.personId) ? silentOnceMore(own, kept) : left;
    case 'gone':
      return outcome.gone.includes(own.personId) ? silentOnceMore(own, { ...kept, since: now }) : left;
    case 'ended':
      return { ...kept, since: now, off: own.side === 'payer' ? 'ended' : null };
  }
}

function silentOnceMore({ silences }: Pick<InLine, 'silences'>, place: Place): Place {
  const counted = silences + 1;
  return { ...place, silences: counted, off: counted >= SILENCES_MAX ? 'silent' : null };
}
