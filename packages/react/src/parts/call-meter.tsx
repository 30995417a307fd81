import type { CallState, MeterState } from '@latido/protocol';
import type { JSX } from 'react';
import { useLabels } from '../labels-context.ts';
import type { Labels } from '../labels.ts';
import { useNow } from './countdown.tsx';
import { formatClock } from './format.ts';

/** Time together up to an instant of the server's clock, in milliseconds: the meter's word, carried on while it runs. */
export function elapsedOf(
  meter: Pick<MeterState, 'billableMs' | 'running' | 'asOfAt'>,
  serverNow: number,
): number {
  const since = meter.running ? Math.max(0, serverNow - Date.parse(meter.asOfAt)) : 0;
  return meter.billableMs + since;
}

/** Where on the meter's own clock the next unit falls due; null while it rests. */
export function nextDueOn(meter: MeterState, serverNow: number): number | null {
  if (meter.nextDueAt === null || !meter.running) return null;
  return elapsedOf(meter, serverNow) + Math.max(0, Date.parse(meter.nextDueAt) - serverNow);
}

function priceOf(meter: MeterState, labels: Labels): string {
  const { price, incrementMs } = meter.plan;
  return labels.price(String(price), incrementMs === 60_000 ? labels.perMinute : `/ ${incrementMs / 1000} s`);
}

/** Props of {@link CallMeter}. */
export interface CallMeterProps {
  readonly call: Pick<CallState, 'meter' | 'status' | 'billableMs'>;
  /** Server's clock minus the page's. */
  readonly clockOffsetMs?: number;
  /** Coins in the payer's wallet; without it the meter's own `available` is shown. */
  readonly balance?: number | null | undefined;
  /** A fixed instant instead of the running clock: for pictures, and while nobody hears us. */
  readonly nowAt?: number | undefined;
  /** Whether the server cannot hear us: the meter then rests, whatever its last word was. */
  readonly cutOff?: boolean | undefined;
}

/** Elapsed time large, spent and left under it, price and next unit beside it. Amber while the meter rests. */
export function CallMeter({ call, clockOffsetMs = 0, balance, nowAt, cutOff }: CallMeterProps): JSX.Element {
  const labels = useLabels();
  const { meter } = call;
  const now = useNow(250, nowAt === undefined && meter?.running === true);
  const serverNow = (nowAt ?? now) + clockOffsetMs;
  const elapsedMs = meter ? elapsedOf(meter, serverNow) : call.billableMs;
  const next = meter && !cutOff ? nextDueOn(meter, serverNow) : null;
  const rests = meter !== null && (cutOff || !meter.running) && call.status !== 'waiting';
  const left = balance ?? meter?.available ?? null;
  return (
    <div className="lt-meter" data-resting={rests || undefined}>
      {meter && (
        <div className="lt-meter-side">
          <span>{priceOf(meter, labels)}</span>
          <span>
            {next === null ? (rests ? labels.paused : labels.free) : labels.nextAt(formatClock(next))}
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
