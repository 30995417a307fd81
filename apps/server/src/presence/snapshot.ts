import type { WatchState } from '@latido/core';
import type { Latencies } from './latencies.ts';
import type { Registry } from './registry.ts';

/** What a node knows of everybody who has not left. Instants are epoch ms. */
export interface PresenceSnapshot {
  readonly people: readonly WatchedPerson[];
  /** The last verdicts of being out of reach: from the last proof until we knew. */
  readonly latencies: readonly { readonly reason: string; readonly latencyMs: number }[];
}

/** One participant sid. */
export interface WatchedPerson {
  readonly callId: string | null;
  readonly roomName: string;
  readonly identity: string;
  readonly participantSid: string;
  readonly state: WatchState;
  readonly lastProofAt: number;
  /** Since then. */
  readonly silentMs: number;
  readonly beating: boolean;
  /** Whether its socket is open on this node. */
  readonly connected: boolean;
}

/** Sorted by call and room, so that people of one call stand together. */
export function snapshotOf(parts: {
  registry: Registry;
  latencies: Latencies;
  now: number;
}): PresenceSnapshot {
  const people = parts.registry
    .all()
    .filter(({ gone }) => !gone)
    .map(({ watch, link }): WatchedPerson => {
      const { callId, roomName, identity, participantSid, state, lastProofAt, beating } = watch;
      const silentMs = Math.max(0, parts.now - lastProofAt);
      return {
        callId,
        roomName,
        identity,
        participantSid,
        state,
        lastProofAt,
        silentMs,
        beating,
        connected: link !== null,
      };
    });
  const place = (one: WatchedPerson): string => JSON.stringify([one.callId, one.roomName, one.identity]);
  return {
    people: people.toSorted((a, b) => (place(a) < place(b) ? -1 : 1)),
    latencies: parts.latencies.last(),
  };
}
