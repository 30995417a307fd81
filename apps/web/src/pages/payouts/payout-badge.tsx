import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import type { Payout } from '../../app/cashier.ts';
import { Badge, type Tone } from '../../ui/badge.tsx';

const TONES: Readonly<Record<Payout['status'], Tone>> = {
  requested: 'warn',
  sent: 'plain',
  paid: 'alive',
  returned: 'danger',
};

/** Where a payout is, in a word. */
export function PayoutBadge({ status }: { status: Payout['status'] }): JSX.Element {
  const t = useTranslations('payouts');
  return <Badge tone={TONES[status]}>{t('status', { status })}</Badge>;
}
