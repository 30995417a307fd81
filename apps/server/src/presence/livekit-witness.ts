import type { NewFact } from '@latido/core';
import type { Entry } from './entry.ts';
import type { Registry } from './registry.ts';

/** A list may have somebody who has just gone. */
const LIST_LAGS_MS = 1_000;

/**
 * Until when, by our own clock, what a webhook says cannot have happened; null where nothing says so. By what LiveKit's lists had
 * (`listed`), or by what we heard of them as well.
 */
export type LivekitWitness = (
  fact: Pick<NewFact, 'type' | 'participantSid' | 'roomName'>,
  by: 'listed' | 'heard',
) => number | null;

/** Whoever leaves was there until then, and a room that ends had somebody in it. */
export function witnessOf(registry: Registry): LivekitWitness {
  return ({ type, participantSid, roomName }, by) => {
    if (type === 'room_finished') return latest(registry.inRoom(roomName).map(listedUntil));
    if (type !== 'participant_left' && type !== 'participant_connection_aborted') return null;
    const entry = registry.get(participantSid ?? '');
    if (entry === null) return null;
    return latest([listedUntil(entry), by === 'heard' ? entry.watch.lastBeatAt : null]);
  };
}

function listedUntil({ watch: { listedAt } }: Entry): number | null {
  return listedAt === null ? null : listedAt - LIST_LAGS_MS;
}

function latest(instants: readonly (number | null)[]): number | null {
  const known = instants.filter((at) => at !== null);
  return known.length === 0 ? null : Math.max(...known);
}
