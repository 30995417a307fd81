import type { Room } from 'livekit-client';

/** Whether LiveKit's media server answers this browser: its own stack's word, beside the partner's eyes. */
export interface OwnTransport {
  /** For how long nothing has come back on what we send by, in ms; undefined while we send nothing or cannot count. */
  look(): Promise<number | undefined>;
}

/**
 * Counts what comes back on the transports of our own tracks: reports of what arrived, answers to checks. While media gets
 * through something comes several times a second, also from a partner who sends nothing.
 */
export function watchOwnTransport(room: Room): OwnTransport {
  let counted = -1;
  let heardAtMs = performance.now();
  return {
    async look() {
      const tracks = [...room.localParticipant.trackPublications.values()].flatMap(({ track, isMuted }) =>
        track === undefined || isMuted ? [] : [track],
      );
      const reports = await Promise.all(tracks.map((track) => track.getRTCStatsReport()));
      const totals = reports.flatMap((report) => (report === undefined ? [] : [cameBack(report)]));
      const nowMs = performance.now();
      const total = Math.max(-1, ...totals);
      // A transport that was made anew counts from zero.
      if (total !== counted || total === -1) heardAtMs = nowMs;
      counted = total;
      return total === -1 ? undefined : Math.round(nowMs - heardAtMs);
    },
  };
}

function cameBack(report: RTCStatsReport): number {
  let total = 0;
  report.forEach((stats: { type?: string; bytesReceived?: number; responsesReceived?: number }) => {
    if (stats.type === 'candidate-pair') total += (stats.bytesReceived ?? 0) + (stats.responsesReceived ?? 0);
  });
  return total;
}
