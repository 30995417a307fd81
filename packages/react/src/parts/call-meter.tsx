import type { CallState, MeterState } from '@latido/protocol';
import type { JSX } from 'react';
import { useLabels } from '../labels-context.ts';
import type { Labels } from '../labels.ts';
import { useNow } from './countdown.tsx';
import { elapsedOf, nextDueOn, paidUntilOn } from './elapsed.ts';
import { formatClock } from './format.ts';
import { formatCoins, unitShare } from './unit-price.ts';

function priceOf(meter: MeterState, labels: Labels): string {
  const { incrementMs } = meter.plan;
  // Who earns reads what a unit brings them; what it costs is the payer's to read.
  const coins = formatCoins(unitShare(meter.plan), labels.language);
  return labels.price(coins, incrementMs === 60_000 ? labels.perMinute : `/ ${incrementMs / 1000} s`);
}

/** Props of {@link CallMeter}. */
export interface CallMeterProps {
  /** The server's last word about the call; without a meter (a free call) only the time is shown. */
  readonly call: Pick<CallState, 'meter' | 'status' | 'billableMs'>;
  /** Server's clock minus the page's. */
  readonly clockOffsetMs?: number;
  /** Coins in the payer's wallet; without it the meter's own `available` is shown. */
  readonly balance?: number | null | undefined;
  /** A fixed instant instead of the running clock: for pictures, and while nobody hears us. */
  readonly nowAt?: number | undefined;
  /** Whether the server cannot hear us: the meter then rests, whatever its last word was. */
  readonly cutOff?: boolean | undefined;
  /** Whether the server does not answer: its last word is shown, and nothing is foreseen. */
  readonly lastWord?: boolean | undefined;
}

/** Elapsed time large, spent and left under it, price and next unit beside it. Amber while the meter rests. */
export function CallMeter({
  call,
  clockOffsetMs = 0,
  balance,
  nowAt,
  cutOff,
  lastWord,
}: CallMeterProps): JSX.Element {
  const labels = useLabels();
  const { meter } = call;
  const now = useNow(250, nowAt === undefined && meter?.running === true);
  const serverNow = (nowAt ?? now) + clockOffsetMs;
  const elapsedMs = meter ? elapsedOf(meter, serverNow) : call.billableMs;
  const next = meter && !cutOff && !lastWord ? nextDueOn(meter, serverNow) : null;
  const end = meter && !cutOff && !lastWord ? paidUntilOn(meter, serverNow) : null;
  const rests = meter !== null && (cutOff || !meter.running) && call.status !== 'waiting';
  const left = balance ?? meter?.available ?? null;
  return (
    <div className="lt-meter" data-resting={rests || undefined}>
      {meter && (
        <div className="lt-meter-side">
          <span>{priceOf(meter, labels)}</span>
          <span>
            {next !== null
              ? labels.nextAt(formatClock(next))
              : lastWord
                ? labels.lastWord
                : rests
                  ? labels.paused
                  : end !== null
                    ? labels.paidUntil(formatClock(end))
                    : labels.free}
          </span>
        </div>
      )}
      <div className="lt-meter-main">
        <span
          className="lt-digits lt-meter-elapsed"
          data-testid="meter-elapsed"
          role="timer"
          aria-label={labels.elapsed}
        >
          {formatClock(elapsedMs)}
        </span>
        {meter && (
          <span className="lt-meter-sums">
            {meter.earned === null ? (
              <span data-testid="meter-spent">{withDigits(labels.spent, meter.coins)}</span>
            ) : (
              <span data-testid="meter-earned">{withDigits(labels.earned, meter.earned)}</span>
            )}
            {left !== null && meter.earned === null && (
              <>
                {' · '}
                <span data-testid="balance">{withDigits(labels.left, left)}</span>
              </>
            )}
          </span>
        )}
      </div>
    </div>
  );
}

const MARK = '\u0000';

/** Words in Sans, the figure among them in Mono. */
export function withDigits(label: (coins: string) => string, coins: number): JSX.Element {
  const [before = '', after = ''] = label(MARK).split(MARK);
  return (
    <>
      {before}
      <span className="lt-digits">{coins}</span>
      {after}
    </>
  );
}
