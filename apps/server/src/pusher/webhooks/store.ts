import { sql } from 'kysely';
import type { Db, DbOrTx, Tx } from '../../platform/index.ts';

/** An event as Pusher's webhooks have it: `name` and what belongs to it. */
export type WebhookEvent = Readonly<Record<string, string | number>> & { readonly name: string };

/** A channel that is occupied, or a member of one. */
export interface Place {
  readonly channel: string;
  /** Empty: the channel itself. */
  readonly userId: string;
}

/** A channel, and how many sockets are in it on all nodes. */
export interface Counted {
  readonly channel: string;
  readonly sockets: number;
}

/** Notes places as taken; gives those that were not. */
export async function occupy(tx: Tx, appId: string, places: readonly Place[]): Promise<Place[]> {
  if (places.length === 0) return [];
  const { rows } = await sql<Place>`
    insert into pusher.occupied (app_id, channel, user_id)
    select distinct ${appId}, channel, user_id
    from unnest(${places.map(({ channel }) => channel)}::text[], ${places.map(({ userId }) => userId)}::text[])
      as asked (channel, user_id)
    on conflict do nothing returning channel, user_id as "userId"`.execute(tx);
  return rows;
}

/** Notes places as free; gives those that were taken. */
export async function vacate(tx: Tx, appId: string, places: readonly Place[]): Promise<Place[]> {
  if (places.length === 0) return [];
  const { rows } = await sql<Place>`
    delete from pusher.occupied o
    using unnest(${places.map(({ channel }) => channel)}::text[], ${places.map(({ userId }) => userId)}::text[])
      as asked (channel, user_id)
    where o.app_id = ${appId} and o.channel = asked.channel and o.user_id = asked.user_id
    returning o.channel, o.user_id as "userId"`.execute(tx);
  return rows;
}

/** Notes how many sockets channels have; gives those that are taken and were noted with another number. */
export async function count(tx: Tx, appId: string, counts: ReadonlyMap<string, number>): Promise<Counted[]> {
  if (counts.size === 0) return [];
  const { rows } = await sql<Counted>`
    update pusher.occupied o set sockets = counted.sockets
    from unnest(${[...counts.keys()]}::text[], ${[...counts.values()]}::int[]) as counted (channel, sockets)
    where o.app_id = ${appId} and o.channel = counted.channel and o.user_id = ''
      and o.sockets is distinct from counted.sockets
    returning o.channel, counted.sockets`.execute(tx);
  return rows;
}

/** Every place that is noted as taken. */
export async function occupiedPlaces(db: DbOrTx, appId: string): Promise<Place[]> {
  const { rows } = await sql<Place>`select channel, user_id as "userId" from pusher.occupied
    where app_id = ${appId} order by channel, user_id`.execute(db);
  return rows;
}

/** Puts events at the end of those that wait. */
export async function addEvents(
  tx: Tx,
  { appId, events, at }: { appId: string; events: readonly WebhookEvent[]; at: Date },
): Promise<void> {
  if (events.length === 0) return;
  await sql`insert into pusher.webhook_event (app_id, event, created_at)
    select ${appId}, event, ${at}::timestamptz
    from unnest(${events.map((event) => JSON.stringify(event))}::text[]) with ordinality as given (event, place)
    order by place`.execute(tx);
}

/** Takes the turn of an app for a while, if there is something to send; null where it is somebody else's. */
export async function takeTurn(
  db: Db,
  { appId, now, until }: { appId: string; now: Date; until: Date },
): Promise<{ tries: number } | null> {
  const { rows } = await sql<{ tries: number }>`
    insert into pusher.webhook_turn as t (app_id, tries, due_at)
    select ${appId}, 1, ${until}::timestamptz where exists (select from pusher.webhook_event where app_id = ${appId})
    on conflict (app_id) do update set tries = t.tries + 1, due_at = excluded.due_at where t.due_at <= ${now}::timestamptz
    returning tries`.execute(db);
  return rows[0] ?? null;
}

/** Gives the turn back; `tries` counts on where nothing got through. */
export async function giveTurn(
  db: Db,
  { appId, dueAt, hasSent }: { appId: string; dueAt: Date; hasSent: boolean },
): Promise<void> {
  await sql`update pusher.webhook_turn set due_at = ${dueAt}::timestamptz,
    tries = case when ${hasSent}::boolean then 0 else tries end where app_id = ${appId}`.execute(db);
}

/** The events that wait longest. */
export async function firstEvents(
  db: Db,
  appId: string,
  limit: number,
): Promise<{ seq: bigint; event: WebhookEvent }[]> {
  const { rows } = await sql<{ seq: bigint; event: string }>`select seq, event from pusher.webhook_event
    where app_id = ${appId} order by seq limit ${limit}`.execute(db);
  return rows.map(({ seq, event }) => ({ seq, event: JSON.parse(event) as WebhookEvent }));
}

/** Forgets events that were sent. */
export async function forgetEvents(db: Db, seqs: readonly bigint[]): Promise<void> {
  await sql`delete from pusher.webhook_event where seq = any(${seqs.map(String)}::bigint[])`.execute(db);
}

/** Forgets events that nobody took for too long; gives how many. */
export async function forgetOld(db: Db, appId: string, before: Date): Promise<number> {
  const { rows } = await sql<{ forgotten: number }>`with old as (
      delete from pusher.webhook_event where app_id = ${appId} and created_at < ${before}::timestamptz returning 1
    ) select count(*)::int as forgotten from old`.execute(db);
  return rows[0]?.forgotten ?? 0;
}
