import type { Fact } from '@latido/core';
import type { Tx } from '../platform/index.ts';
import { enqueue } from '../platform/index.ts';
import { claimedRooms, leftAtOf } from '../presence/index.ts';

/** A list may be so much older than the word that somebody has gone. */
const LIST_LAGS_MS = 5_000;

type OfSid = Fact & { readonly participantSid: string };

/**
 * Whoever of a call cannot be reached, and yet has its media, leaves its room (PRES-F19, CALL-22): that very sid, since an
 * honest page may be back under another one by now. So does who said that they go, where the call goes on without them, and
 * whom LiveKit lists though their stay is closed (CALL-36). Returns whether there is somebody.
 */
export async function shutOut(tx: Tx, facts: readonly Fact[]): Promise<boolean> {
  const told = facts.filter(isToGo);
  const listed = facts.filter((fact): fact is OfSid => isListed(fact));
  const leftAt = await leftAtOf(
    tx,
    listed.map(({ participantSid }) => participantSid),
  );
  const stayed = listed.filter(
    ({ participantSid, occurredAt }) => occurredAt - (leftAt.get(participantSid) ?? Infinity) >= LIST_LAGS_MS,
  );
  const out = [...told, ...stayed];
  const rooms = await claimedRooms(
    tx,
    out.map(({ roomName }) => roomName),
  );
  for (const { roomName, identity, participantSid, callId, sourceEventId } of out) {
    const room = rooms.get(roomName);
    if (room?.isOpen !== true || room.callId !== callId) continue;
    const payload = { roomName, identity, participantSid };
    await enqueue(tx, { topic: 'livekit.remove_participant', key: sourceEventId, payload });
  }
  return out.length > 0;
}

function isToGo({ source, type }: Fact): boolean {
  return (source === 'detector' && type === 'shut_out') || (source === 'sdk' && type === 'bye');
}

function isListed({ source, type, callId, participantSid }: Fact): boolean {
  return source === 'poll' && type === 'listed' && callId !== null && participantSid !== null;
}
