import type { Wallet } from '@latido/protocol';
import { Link } from '@tanstack/react-router';
import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import { useMe } from '../../app/api.ts';
import { callerOf, useHolding } from '../../app/invitations.ts';
import { Line } from '../../ui/layout.tsx';
import { Coins } from '../../ui/money.tsx';

/** Coins that are held, for which call, and the way back into it: a balance that seems too small is explained. */
export function HeldLine({ wallet }: { wallet: Wallet | undefined }): JSX.Element | null {
  const t = useTranslations('video');
  const me = useMe();
  const held = wallet?.held ?? 0;
  const [call, ...more] = useHolding(held > 0);
  if (held === 0 || !me) return null;
  const name = call && more.length === 0 ? callerOf(call, me) : undefined;
  return (
    <Line name={name === undefined ? t('held') : t('heldFor', { name })} testId="held">
      <Coins of={held} />
      {call && more.length === 0 && (
        <>
          {' · '}
          <Link to="/video" search={{ room: call.roomName }} data-testid="held-return">
            {t('return')}
          </Link>
        </>
      )}
    </Line>
  );
}
