import { sql } from 'kysely';
import type { Db } from '../platform/index.ts';

/** A device that something may have to be sent to. */
export interface DueDevice {
  id: string;
  person_id: string;
  endpoint: string;
  p256dh: string;
  auth: string;
  done_seq: bigint;
  tries: number;
  epoch: string;
  /** Where the inbox ends. */
  head: bigint;
}

/** Devices whose inbox has grown past what they are done with, and of which nobody is at it; one that waits, when its inbox grows. */
export async function dueDevices(db: Db, now: Date, limit: number): Promise<DueDevice[]> {
  const { rows } = await sql<DueDevice>`
    select s.id, s.person_id, s.endpoint, s.p256dh, s.auth, s.done_seq, s.tries, h.epoch, h.seq as head
    from push.subscription s join notifications.inbox_head h on h.recipient_id = s.person_id and h.seq > s.done_seq
    where s.due_at <= ${now}::timestamptz or h.seq > s.waits_at order by s.due_at, s.id limit ${limit}`.execute(
    db,
  );
  return rows;
}

/** A notice that a device is not done with. */
export interface PendingRow {
  device_id: string;
  seq: bigint;
  type: string;
  payload: Record<string, unknown>;
  created_at: Date;
  delivered_at: Date | null;
  after_ms: number | null;
  settled: boolean;
}

/** The notices behind what each device is done with, in order, so many of each. */
export async function pendingOf(
  db: Db,
  devices: readonly Pick<DueDevice, 'id' | 'person_id' | 'done_seq'>[],
  limit: number,
): Promise<PendingRow[]> {
  const { rows } = await sql<PendingRow>`
    select s.id as device_id, i.seq, i.type, i.payload, i.created_at, i.delivered_at, i.after_ms,
      i.acked_at is not null or i.read_at is not null or i.withdrawn_at is not null or exists (
        select from notifications.mute m where m.person_id = s.person_id and m.type = i.type and m.way = 'push'
      ) as settled
    from unnest(${devices.map(({ id }) => id)}::text[], ${devices.map(({ person_id }) => person_id)}::text[],
        ${devices.map(({ done_seq }) => String(done_seq))}::bigint[]) as s (id, person_id, done_seq)
    cross join lateral (
      select * from notifications.inbox n where n.recipient_id = s.person_id and n.seq > s.done_seq
      order by n.seq limit ${limit}
    ) i order by s.id, i.seq`.execute(db);
  return rows;
}

/** Where a device goes on from. */
export interface Move {
  readonly id: string;
  readonly from: bigint;
  readonly to: bigint;
  readonly dueAt: Date;
  /** Where the inbox of one that waits ends now. */
  readonly waitsAt: bigint | null;
  /** Whether something is sent now: the one whose move counts is the one who sends. */
  readonly isClaim: boolean;
}

/** Moves devices on, where nobody else has: gives the ids of those that were moved here. */
export async function moveOn(db: Db, moves: readonly Move[], now: Date): Promise<ReadonlySet<string>> {
  if (moves.length === 0) return new Set();
  const { rows } = await sql<{ id: string }>`
    update push.subscription s set done_seq = m.upto, due_at = m.due, waits_at = m.waits, tries = case when m.claim then s.tries + 1 else 0 end
    from unnest(${moves.map(({ id }) => id)}::text[], ${moves.map(({ from }) => String(from))}::bigint[],
        ${moves.map(({ to }) => String(to))}::bigint[], ${moves.map(({ dueAt }) => dueAt.toISOString())}::timestamptz[],
        ${moves.map(({ waitsAt }) => (waitsAt === null ? null : String(waitsAt)))}::bigint[],
        ${moves.map(({ isClaim }) => isClaim)}::boolean[]) as m (id, was, upto, due, waits, claim)
    where s.id = m.id and s.done_seq = m.was and (s.due_at <= ${now}::timestamptz or s.waits_at is not null) returning s.id`.execute(
    db,
  );
  return new Set(rows.map(({ id }) => id));
}

/** A device as it was claimed: since then it may have become another person's. */
type Claimed = Pick<DueDevice, 'id' | 'person_id'>;

/** What was claimed is done with, sent or not. */
export async function finish(
  db: Db,
  { device, from, to, sentAt }: { device: Claimed; from: bigint; to: bigint; sentAt: Date | null },
): Promise<void> {
  await sql`update push.subscription set done_seq = ${to}::bigint, tries = 0, due_at = created_at,
      sent_at = coalesce(${sentAt}::timestamptz, sent_at)
    where id = ${device.id} and person_id = ${device.person_id} and done_seq = ${from}::bigint`.execute(db);
}

/** What was claimed is tried again later. */
export async function putOff(
  db: Db,
  { device, from, dueAt }: { device: Claimed; from: bigint; dueAt: Date },
): Promise<void> {
  await sql`update push.subscription set due_at = ${dueAt}::timestamptz
    where id = ${device.id} and person_id = ${device.person_id} and done_seq = ${from}::bigint`.execute(db);
}

/** Forgets a device that its push service knows no more; not one that has subscribed anew meanwhile. */
export async function forgetGone(db: Db, { id, p256dh }: Pick<DueDevice, 'id' | 'p256dh'>): Promise<void> {
  await sql`delete from push.subscription where id = ${id} and p256dh = ${p256dh}`.execute(db);
}
