import type { Fact, FactSource } from '@latido/core';
import type { RawBuilder } from 'kysely';
import { sql } from 'kysely';
import type { DbOrTx } from '../platform/index.ts';
import { jsonOf } from './json-of.ts';
import { unpackPayload } from './packed-payload.ts';
import { ms } from './store.ts';

/*
 * What the fold reads comes as one JSON text: in the embedded database a row of fifteen columns costs more on its way
 * through the thread than on the disk, and there are thousands in a batch.
 */

/** After which fact, up to which one, how many. */
type ReadPlace = [after: bigint, upTo: bigint, limit: number];

/** What facts are about, in JSON: many are about the same. */
type PlaceJson = [
  no: number,
  roomName: string,
  roomSid: string | null,
  participantSid: string | null,
  identity: string | null,
  callId: string | null,
];

/** A fact in JSON. Instants are epoch ms. */
type FactJson = [
  seq: number,
  source: FactSource,
  sourceEventId: string,
  placeNo: number,
  type: string,
  occurredAt: number,
  receivedAt: number,
  participant: unknown,
  payload: Record<string, unknown> | null,
  clockOffsetMs: number | null,
  joinedOffsetMs: number | null,
  track: unknown,
  packed: string | null,
];

/**
 * Facts with `after < seq <= upTo`, in order: what a follower of the log reads. Of a webhook's payload only the
 * participant, which track of what source, and how far LiveKit's clock was off: the rest tells a follower nothing, and is most of it.
 */
export async function readFacts(db: DbOrTx, ...[after, upTo, limit]: ReadPlace): Promise<Fact[]> {
  return await factsFrom(
    db,
    sql`select * from presence.fact where seq > ${after} and seq <= ${upTo} order by seq limit ${limit}`,
  );
}

/** All facts about some sids before a place in the log. */
export async function factsOfSids(db: DbOrTx, sids: readonly string[], before: bigint): Promise<Fact[]> {
  if (sids.length === 0) return [];
  // A look-up of its own for each sid, whatever the statistics say of a log that grows faster than they are gathered.
  return await factsFrom(
    db,
    sql`select f.* from unnest(${[...sids]}::text[]) as asked (sid),
      lateral (select no from presence.place where participant_sid = asked.sid offset 0) p,
      lateral (select * from presence.fact where place_no = p.no and seq < ${before} offset 0) f`,
  );
}

/** The ends of some rooms up to a place in the log. */
export async function roomEnds(db: DbOrTx, roomSids: readonly string[], upTo: bigint): Promise<Fact[]> {
  if (roomSids.length === 0) return [];
  return await factsFrom(
    db,
    sql`select f.* from presence.place p, lateral (
        select * from presence.fact where place_no = p.no and seq <= ${upTo} and type_no < 1000
          and type_no = (select no from presence.fact_type where name = 'room_finished') offset 0) f
      where p.room_sid = any(${[...roomSids]}::text[]) and p.participant_sid is null`,
  );
}

/** What some rows of the log say, in its order. */
async function factsFrom(db: DbOrTx, rows: RawBuilder<unknown>): Promise<Fact[]> {
  const [said] = await jsonOf<[FactJson[] | null, PlaceJson[] | null]>(
    db,
    sql`with f as materialized (${rows})
      select json_build_array(json_build_array((select json_agg(${factJson} order by f.seq)
          from f join presence.fact_type t on t.no = f.type_no),
        (select json_agg(json_build_array(p.no, p.room_name, p.room_sid, p.participant_sid, p.identity, p.call_id))
          from presence.place p where p.no = any(array(select distinct place_no from f)))))::text as json`,
  );
  const [facts, places] = said ?? [null, null];
  const placeOf = new Map(places?.map((place) => [place[0], place]));
  return (facts ?? []).flatMap((fact) => {
    const place = placeOf.get(fact[3]);
    return place === undefined ? [] : [factIn(place, fact)];
  });
}

/** In the order of {@link FactJson}, of a row `f` of a type `t`. */
const factJson = sql`json_build_array(f.seq, presence.source_of(f.source), f.source_event_id, f.place_no, t.name,
  ${ms('f.occurred_at')}, ${ms('f.received_at')}, case when f.source = 1 then f.payload -> 'participant' end,
  case when f.source <> 1 then coalesce(f.payload, presence.plain_payload(f.source, f.source_event_id)) end,
  case when f.source = 1 then f.payload -> 'clockOffsetMs' end,
  case when f.source = 1 then f.payload -> 'joinedOffsetMs' end,
  case when f.source = 1 and f.payload is not null and t.name in ('track_published', 'track_unpublished') then
    json_build_object('sid', f.payload #> '{track,sid}', 'source', f.payload #> '{track,source}') end, encode(f.packed, 'base64'))`;

function factIn(
  [, roomName, roomSid, participantSid, identity, callId]: PlaceJson,
  [seq, source, sourceEventId, , type, ...more]: FactJson,
): Fact {
  const [occurredAt, receivedAt, participant, payload, clockOffsetMs, joinedOffsetMs, track, packed] = more;
  const names = { type, sourceEventId, roomName, roomSid, participantSid, identity, receivedAt };
  const fact = { seq: BigInt(seq), source, ...names, callId, occurredAt };
  if (packed === null)
    return { ...fact, payload: payload ?? said({ participant, clockOffsetMs, joinedOffsetMs, track }) };
  let unpacked: Record<string, unknown> | undefined;
  return {
    ...fact,
    // Unpacked by whoever folds it: what cannot be is then the fault of this fact's key, and not of the whole page (PRES-R40).
    get payload() {
      return (unpacked ??= said(heardOf(unpackPayload(packed, names), type)));
    },
  };
}

/** Without what was not said. */
function said(told: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(told).filter(([, what]) => what != null));
}

/** Of a webhook's payload what a follower is told. */
function heardOf(payload: Record<string, unknown>, type: string): object {
  const { participant, clockOffsetMs, joinedOffsetMs, track } = payload;
  const heard = { participant, clockOffsetMs, joinedOffsetMs };
  if (type !== 'track_published' && type !== 'track_unpublished') return heard;
  const { sid, source } = (track ?? {}) as Record<string, unknown>;
  return { ...heard, track: { sid: sid ?? null, source: source ?? null } };
}
