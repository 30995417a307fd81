import type { CallState, MeterState } from '@latido/protocol';
import { use, type JSX, type ReactNode } from 'react';
import { LabelsContext } from '../labels-context.ts';
import type { Labels } from '../labels.ts';
import { formatClock } from '../parts/format.ts';
import { formatCoins } from '../parts/unit-price.ts';
import { chargedOf } from './charged.ts';
import { sumsOf } from './sums.ts';

/** Props of {@link CallSummary}. */
export interface CallSummaryProps {
  /** The call's last state; `useSettledCall` asks for it until its sums are final. */
  readonly call: CallState;
  /** Coins that are left in the payer's wallet; absent for who pays nothing. */
  readonly balance?: number | null | undefined;
  /** Default: those around it, else English. */
  readonly labels?: Labels | undefined;
}

/**
 * What a call came to, a line a figure: time together, duration, pauses, units and coins, and what is left. Of who earns no figure of the
 * payer's is shown, and no sum before it is final. Wants `@latido/react/summary.css`.
 */
export function CallSummary({ call, balance, labels: own }: CallSummaryProps): JSX.Element {
  const around = use(LabelsContext);
  const labels = own ?? around;
  const words = labels.summary;
  const { meter, settled } = call;
  // Of a call that never began there is nothing to add up.
  const met = call.startedAt !== null;
  const { togetherMs, durationMs, pausesMs } = sumsOf(call);
  const earns = meter?.earned != null;
  return (
    <div className="lt-sum">
      <dl data-testid="receipt">
        {met && (
          <>
            <Line name={words.together} testId="sum-together">
              <Clock ms={togetherMs} />
            </Line>
            <Line name={words.duration}>
              <Clock ms={durationMs} />
            </Line>
          </>
        )}
        {pausesMs >= 1_000 && (
          <Line name={words.pauses}>
            <Clock ms={pausesMs} />
          </Line>
        )}
        {met && meter && settled && (
          <Line name={unitsIn(meter, labels)} isStrong={earns} testId={earns ? 'sum-earned' : 'sum-coins'}>
            {earns && `${words.earned} `}
            <Coins of={meter.earned ?? call.coins} labels={labels} />
          </Line>
        )}
        {balance != null && settled && (
          <Line name={words.balance} isStrong testId="balance">
            <Coins of={balance} labels={labels} />
          </Line>
        )}
      </dl>
      {met && !settled && (
        <p role="status" data-testid="counting">
          {words.counting}
        </p>
      )}
    </div>
  );
}

/** What the sum is for, at a price where that makes the sum (METER-64). */
function unitsIn(meter: MeterState, { summary, language }: Labels): string {
  const { units, price } = chargedOf(meter);
  const counted = { units, areMinutes: meter.plan.incrementMs === 60_000 };
  if (price === null) return summary.counted(counted);
  return summary.units({ ...counted, price: formatCoins(price, language) });
}

const Clock = ({ ms }: { ms: number }): JSX.Element => <span className="lt-digits">{formatClock(ms)}</span>;

/** The figure in Mono, its unit in Sans; one coin is one coin. */
function Coins({ of, labels }: { of: number; labels: Labels }): JSX.Element {
  const figure = formatCoins(of, labels.language);
  const [before = '', after = ''] = labels.coins(figure).split(figure);
  return (
    <>
      {before}
      <span className="lt-digits">{figure}</span>
      {after}
    </>
  );
}

function Line(props: {
  name: ReactNode;
  isStrong?: boolean;
  testId?: string;
  children: ReactNode;
}): JSX.Element {
  return (
    <div data-strong={props.isStrong || undefined}>
      <dt>{props.name}</dt>
      <dd data-testid={props.testId}>{props.children}</dd>
    </div>
  );
}
