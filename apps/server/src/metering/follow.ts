import type { Fact } from '@latido/core';
import { sql } from 'kysely';
import type { Stage, Tx } from '../platform/index.ts';
import { replan } from './replan.ts';

/** What the follower needs. */
export interface MeteringStageOptions {
  /** Called after each batch with the calls whose meters were laid anew: units may have become due. */
  readonly laid: (callIds: readonly string[]) => void;
}

/** Lays the meters of every call that the facts touch anew. Follows the calls, since their end is what settles. */
export function meteringStage({ laid }: MeteringStageOptions): Stage<Fact> {
  let callIds: readonly string[] = [];
  return {
    name: 'metering',
    after: 'calls',
    async apply(tx, facts) {
      callIds = await callsOf(tx, facts);
      if (callIds.length > 0) await replan(tx, { callIds });
    },
    committed() {
      if (callIds.length > 0) laid(callIds);
    },
  };
}

/** The metered calls that facts name, or whose participants or rooms they are about. */
async function callsOf(tx: Tx, facts: readonly Fact[]): Promise<string[]> {
  const named = facts.flatMap((fact) => fact.callId ?? []);
  const sids = facts.flatMap((fact) => fact.participantSid ?? []);
  const rooms = facts.flatMap((fact) => (fact.participantSid === null ? (fact.roomSid ?? []) : []));
  const { rows } = await sql<{ callId: string }>`
    select m.call_id as "callId" from metering.meter m where m.call_id = any(${named}::text[])
    union
    select i.call_id from presence.interval i join metering.meter m on m.call_id = i.call_id
     where i.participant_sid = any(${sids}::text[]) or i.room_sid = any(${rooms}::text[])`.execute(tx);
  return rows.map((row) => row.callId).toSorted();
}
