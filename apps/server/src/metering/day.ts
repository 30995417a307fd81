import type { CallsSum } from '@latido/protocol';
import { CallsSum as CallsSumSchema, CallsSumQuery } from '@latido/protocol';
import { metSince } from '../calls/index.ts';
import type { App, DbOrTx } from '../platform/index.ts';
import { problem } from '../platform/index.ts';
import { timeTogether } from './meter-state.ts';
import type { MeteringRouteDeps } from './routes.ts';
import { metersOfCalls, type MeterRow } from './store.ts';

const DAY_MS = 24 * 3_600_000;
/** As far as what the hours of a day brought is told. */
const MOST_BACK_MS = 31 * DAY_MS;

/** `GET /api/v1/calls/sum`. */
export function sumRoute(app: App, { access, clock, db, lastTick }: MeteringRouteDeps): void {
  const schema = { tags: ['calls'], querystring: CallsSumQuery, response: { 200: CallsSumSchema } };
  app.get('/api/v1/calls/sum', { schema }, async (request) => {
    const { personId } = await access.require(request);
    const { from } = request.query;
    const now = clock.now();
    const since = from === undefined ? now - DAY_MS : Date.parse(from);
    if (since < now - MOST_BACK_MS) throw problem('request.invalid', 'from is more than 31 days ago.');
    await lastTick({ personId });
    return await sumSince(db, { personId, since, now });
  });
}

/** How many calls somebody has met in since an instant, and how long they were together in all of them (METER-53). */
export async function sumSince(
  db: DbOrTx,
  of: { personId: string; since: number; now: number; page?: number },
): Promise<CallsSum> {
  const { personId, now } = of;
  const callIds = await metSince(db, of);
  const own = (await metersOfCalls(db, callIds)).filter(
    ({ payerId, earnerId }) => payerId === personId || earnerId === personId,
  );
  let billableMs = 0;
  for (const meters of byCall(own)) billableMs += await timeTogether(db, meters, now);
  return { calls: callIds.length, billableMs };
}

function byCall(meters: readonly MeterRow[]): Iterable<readonly MeterRow[]> {
  const calls = new Map<string, MeterRow[]>();
  for (const meter of meters) calls.set(meter.callId, [...(calls.get(meter.callId) ?? []), meter]);
  return calls.values();
}
