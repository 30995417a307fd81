import type { NewFact } from '@latido/core';
import { participantSaid } from '@latido/core';
import type { ListedParticipant } from './ports.ts';

/** How soon it is said again, so that a removal that failed is tried again. */
const AGAIN_AFTER_MS = 10_000;

/** Whether it is a telephone that nobody has answered yet; null where that is not said. */
export function isRinging({ participant }: ListedParticipant): boolean | null {
  return participantSaid({ participant }).isRinging;
}

/**
 * Whether somebody is in the room of a call, whose people these are, without being of it: only LiveKit's whole word of them has
 * them removed, and if the joined was lost none has come (PRES-F23). What the API secret alone can start there stays.
 */
export function isStranger(listed: ListedParticipant, people: readonly string[] | null): boolean {
  if (people === null || participantSaid(wholeOf(listed)).isMachine) return false;
  return !people.includes(listed.identity.split('~', 1)[0] ?? '');
}

/** The same, with its instants on our clock. */
export function withOurTime(listed: ListedParticipant, ours: (at: number) => number): ListedParticipant {
  return listed.joinedAt === undefined ? listed : { ...listed, joinedAt: ours(listed.joinedAt) };
}

/** What LiveKit says of them, as a fact has it. */
export function wholeOf({ participant }: ListedParticipant): NewFact['payload'] {
  return participant === undefined ? {} : { participant };
}

/**
 * LiveKit lists somebody whom it has not named yet, since no webhook came: an interval is made of the list. Or somebody who should
 * not be there, whose stay is closed or who is not of the call: whoever shows them out reads it.
 */
export function metByList(roomName: string, listed: ListedParticipant, now: number): NewFact {
  const rings = isRinging(listed);
  const asPhone = rings === null ? '' : rings ? ':ringing' : ':answered';
  const payload = {
    ...wholeOf(listed),
    ...(listed.joinedAt === undefined ? {} : { joinedAt: listed.joinedAt }),
  };
  return {
    source: 'poll',
    type: 'listed',
    sourceEventId: `${listed.sid}:listed:whole:${Math.floor(now / AGAIN_AFTER_MS)}${asPhone}`,
    roomName,
    roomSid: listed.roomSid ?? null,
    participantSid: listed.sid,
    identity: listed.identity,
    occurredAt: now,
    receivedAt: now,
    payload,
  };
}
