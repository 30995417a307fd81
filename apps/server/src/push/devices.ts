import type { NewPushSubscription, PushDevice } from '@latido/protocol';
import { sql } from 'kysely';
import { newId, problem, type Db } from '../platform/index.ts';

/** So many devices a person has; the one that was made first gives way. */
const DEVICES_MOST = 20;

interface DeviceRow {
  id: string;
  device: string;
  created_at: Date;
  sent_at: Date | null;
}

/** Whose device, and the sign-in that it hangs on. */
export interface NewDevice extends NewPushSubscription {
  readonly personId: string;
  readonly sessionId: string | null;
  readonly device: string;
}

/**
 * Keeps a device. Known already as this person's it stays as far as it is; another person's becomes this one's, where it is the same
 * browser. Only what comes from now on goes there.
 *
 * @throws push.endpoint_refused
 */
export async function keepDevice(db: Db, made: NewDevice, now: Date): Promise<PushDevice> {
  const { personId, sessionId, endpoint, keys, device } = made;
  return await db.transaction().execute(async (tx) => {
    const { rows } = await sql<DeviceRow>`
      insert into push.subscription as s
        (id, person_id, session_id, endpoint, p256dh, auth, device, created_at, due_at, done_seq)
      values (${newId('push')}, ${personId}, ${sessionId}, ${endpoint}, ${keys.p256dh}, ${keys.auth}, ${device},
        ${now}::timestamptz, ${now}::timestamptz,
        coalesce((select seq from notifications.inbox_head where recipient_id = ${personId}), 0))
      on conflict (endpoint) do update set person_id = excluded.person_id, session_id = excluded.session_id,
        p256dh = excluded.p256dh, auth = excluded.auth, device = excluded.device,
        created_at = case when s.person_id = excluded.person_id then s.created_at else excluded.created_at end,
        done_seq = case when s.person_id = excluded.person_id then s.done_seq else excluded.done_seq end,
        tries = case when s.person_id = excluded.person_id then s.tries else 0 end
      -- The browser that changes hands keeps its keys: whoever has others knows an address, and has not the device.
      where s.person_id = excluded.person_id or (s.p256dh = excluded.p256dh and s.auth = excluded.auth)
      returning id, device, created_at, sent_at`.execute(tx);
    await sql`delete from push.subscription where id in (
      select id from push.subscription where person_id = ${personId} and endpoint <> ${endpoint}
      order by created_at desc, id desc offset ${DEVICES_MOST - 1})`.execute(tx);
    const [row] = rows;
    if (!row) throw problem('push.endpoint_refused', 'This address is the device of somebody else.');
    return shown(row);
  });
}

/** A person's devices, the newest first. */
export async function devicesOf(db: Db, personId: string): Promise<PushDevice[]> {
  const { rows } = await sql<DeviceRow>`select id, device, created_at, sent_at from push.subscription
    where person_id = ${personId} order by created_at desc, id desc`.execute(db);
  return rows.map(shown);
}

/** Whether anybody has one. */
export async function isThereAny(db: Db): Promise<boolean> {
  const { rows } = await sql<{ any: boolean }>`
    select exists (select from push.subscription) as "any"`.execute(db);
  return rows[0]?.any ?? false;
}

/** Forgets a person's device; false when they have no such one. */
export async function forgetDevice(db: Db, personId: string, id: string): Promise<boolean> {
  const { rows } = await sql<{ id: string }>`delete from push.subscription
    where person_id = ${personId} and id = ${id} returning id`.execute(db);
  return rows.length > 0;
}

function shown({ id, device, created_at, sent_at }: DeviceRow): PushDevice {
  return { id, device, createdAt: created_at.toISOString(), sentAt: sent_at?.toISOString() ?? null };
}
