import type { NewFact } from '@latido/core';
import { participantJoined, participantLeft, webhookBody } from '@latido/testkit';

const BEGAN_AT = Date.parse('2026-01-05T10:00:00Z');
const PROOFS = 8;
const PROOF_MS = 4_000;

/** What of a webhook's body is looked at. */
interface Webhook {
  readonly id: string;
  readonly event: string;
  readonly room: Readonly<Record<string, unknown>>;
}

/** Ids as long as ours. */
const idOf = (kind: string, n: number): string => `${kind}_${String(n).padStart(26, '0')}`;

/** The calls that the facts are of, as SQL that makes them. */
export function callsTable(calls: number): string {
  const id = (kind: string, n = 'n'): string => `'${kind}_' || lpad((${n})::text, 26, '0')`;
  return `
    insert into calls.call (id, room_name, livekit_room, status, created_at)
      select ${id('call')}, ${id('room')}, ${id('room')}, 'live', timestamptz '2026-01-05 09:59:59Z'
        from generate_series(0, ${calls - 1}) n;
    insert into calls.call_person (call_id, person_id, role)
      select ${id('call')}, v.person, v.role from generate_series(0, ${calls - 1}) n,
        lateral (values (${id('person', '2 * n')}, 'payer'), (${id('person', '2 * n + 1')}, 'earner')) v (person, role);`;
}

/** All that is said of one call, in the order in which it comes. */
export function factsOfOneCall(n: number): NewFact[] {
  const [one, other] = [0, 1].map((who) => factsOfOne(n, who));
  return (one ?? []).flatMap((fact, at) => [fact, ...(other?.slice(at, at + 1) ?? [])]);
}

function factsOfOne(n: number, who: number): NewFact[] {
  const [roomName, identity] = [idOf('room', n), idOf('person', 2 * n + who)];
  const at = BEGAN_AT + who * 700 + n * 37;
  const endedAt = at + PROOFS * PROOF_MS;
  const sids = {
    roomSid: `RM_${String(n).padStart(12, 'x')}`,
    participantSid: `PA_${String(2 * n + who).padStart(12, 'x')}`,
  };
  const room = { name: roomName, sid: sids.roomSid };
  const participant = { identity, sid: sids.participantSid, name: 'Somebody' };
  const said = (type: string, when: number, of: Partial<NewFact> = {}): NewFact => ({
    source: 'sdk',
    sourceEventId: `${sids.participantSid}:${type}`,
    roomName,
    ...sids,
    identity,
    callId: idOf('call', n),
    type,
    occurredAt: when,
    receivedAt: when,
    payload: {},
    ...of,
  });
  const told = (event: Parameters<typeof webhookBody>[0], when: number): NewFact => {
    const body = JSON.parse(webhookBody(event)) as Webhook;
    const { turnPassword: _never, ...stored } = body.room;
    return said(body.event, when, {
      source: 'webhook',
      sourceEventId: body.id,
      payload: { ...body, room: stored },
    });
  };
  const proofs = Array.from({ length: PROOFS }, (_, nth) => {
    const [fromAt, toAt] = [at + nth * PROOF_MS, at + (nth + 1) * PROOF_MS];
    const sourceEventId = `${sids.participantSid}:beat:${fromAt}:${toAt}`;
    return said('proof', toAt, { source: 'proof', sourceEventId, payload: { fromAt, toAt, via: 'beat' } });
  });
  return [
    told(participantJoined({ room, participant, at }), at + 200),
    said('connected', at + 300),
    ...proofs,
    said('bye', endedAt),
    told(participantLeft({ room, participant, at: endedAt }), endedAt + 200),
  ];
}
