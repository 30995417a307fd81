import type { Booking } from '../../app/sessions.ts';
import type { Tone } from '../../ui/badge.tsx';

/** How somebody came to a session. */
export type Coming = NonNullable<Booking['coming']>[number];

/** The colour of each verdict, beside its word. */
export const TONES: Readonly<Record<Coming['verdict'], Tone>> = {
  present: 'alive',
  late: 'warn',
  left_early: 'warn',
  waited_alone: 'plain',
  denied: 'plain',
  no_show: 'danger',
};
