import { callById, callForPerson, seesAll, type CallRow, type Viewer } from '../calls/index.ts';
import { problem, type DbOrTx } from '../platform/index.ts';
import { metersOfCall, type MeterRow } from './store.ts';

/** What somebody may read of the meters of a call. */
export interface MetersRead {
  readonly call: CallRow;
  /** In a group where each pays: their own, or all for who earns and for the desk. */
  readonly meters: readonly MeterRow[];
}

/** The meters of a call that somebody may read who may see it (METER-52). */
export async function metersFor(
  db: DbOrTx,
  call: Pick<CallRow, 'id' | 'kind'>,
  viewer: Viewer,
): Promise<readonly MeterRow[]> {
  const meters = await metersOfCall(db, call.id);
  if (call.kind !== 'mentoring' || seesAll(viewer)) return meters;
  const { personId } = viewer;
  return meters.filter(({ payerId, earnerId }) => payerId === personId || earnerId === personId);
}

/**
 * A call and its meters. Whoever paid in it reads on what that was for, also when a host has taken them out since.
 *
 * @throws call.not_found
 */
export async function readMeters(db: DbOrTx, id: string, viewer: Viewer): Promise<MetersRead> {
  const call = await callById(db, id);
  const meters = call === null ? [] : await metersFor(db, call, viewer);
  if (call !== null && meters.some(({ payerId }) => payerId === viewer.personId)) return { call, meters };
  return { call: await callForPerson(db, id, viewer), meters };
}

/**
 * The one that is meant: of the payer who is named, else one's own, else the only one; null where there is none.
 *
 * @throws request.invalid where several pay and none is named
 */
export function meantOf(
  meters: readonly MeterRow[],
  of: { payerId: string | undefined; viewerId: string },
): MeterRow | null {
  const wanted = of.payerId ?? (meters.length > 1 ? of.viewerId : undefined);
  const found = wanted === undefined ? meters[0] : meters.find(({ payerId }) => payerId === wanted);
  if (found !== undefined || of.payerId !== undefined || meters.length < 2) return found ?? null;
  throw problem('request.invalid', 'Several people pay in this call: say whose you mean, as `payerId`.');
}
