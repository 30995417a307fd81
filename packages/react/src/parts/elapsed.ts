import type { MeterState } from '@latido/protocol';

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
  return onClock(meter, meter.nextDueAt, serverNow);
}

/** Where on the meter's own clock the coins end; null while it rests, and while the end is not in sight. */
export function paidUntilOn(meter: MeterState, serverNow: number): number | null {
  return onClock(meter, meter.finalAt, serverNow);
}

function onClock(meter: MeterState, at: string | null, serverNow: number): number | null {
  if (at === null || !meter.running) return null;
  return elapsedOf(meter, serverNow) + Math.max(0, Date.parse(at) - serverNow);
}
