import { formatClock } from '@latido/react';
import type { JSX, ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import type { CallState, Me } from '../../app/api.ts';
import { Coins } from '../../ui/money.tsx';
import { Cell, Row, RowLink } from '../../ui/rows.tsx';
import { isCounting, othersIn, StatusBadge } from './calls-page.tsx';

/** A call in a short list: with whom, when, how it stands, time together, and coins as the reader sees them. */
export function CallRow(row: {
  call: CallState;
  me: Me;
  when: ReactNode;
  coins: number;
  testId: string;
}): JSX.Element {
  const { call, me, when, coins, testId } = row;
  const t = useTranslations('calls');
  return (
    <Row testId={testId}>
      <Cell part="main">
        <RowLink to="/calls/$callId" params={{ callId: call.callId }}>
          {othersIn(call, me) || t('nobodyCame')}
        </RowLink>
        <span className="small muted">{when}</span>
      </Cell>
      <Cell part="side">
        <StatusBadge call={call} />
      </Cell>
      <Cell part="figure">
        <span className="digits">{formatClock(call.billableMs)}</span>
      </Cell>
      <Cell part="state">
        {isCounting(call) ? (
          <span className="muted">{t('counting')}</span>
        ) : (
          <span>
            <Coins of={coins} />
          </span>
        )}
      </Cell>
    </Row>
  );
}
