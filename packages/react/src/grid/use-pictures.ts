import type { TrackReferenceOrPlaceholder } from '@livekit/components-react';
import { Track, type Room } from 'livekit-client';
import { useRemoteTiles } from '../stage/tiles.tsx';
import type { Candidate } from './speaker.ts';

/** One picture of a call of many. */
export interface Picture extends Candidate {
  readonly identity: string;
  /** Null for one's own. */
  readonly track: TrackReferenceOrPlaceholder | null;
}

/** Everybody's pictures in an order that stays: shared screens, oneself, then the others as they came. */
export function usePictures(room: Room): Picture[] {
  const tracks = useRemoteTiles(room);
  const others = tracks.map((track): Picture & { joinedAt: number } => {
    const { participant, source } = track;
    return {
      key: `${participant.sid}:${source}`,
      sid: participant.sid,
      identity: participant.identity,
      isScreen: source === Track.Source.ScreenShare,
      isLocal: false,
      track,
      joinedAt: participant.joinedAt?.getTime() ?? 0,
    };
  });
  others.sort((a, b) => a.joinedAt - b.joinedAt || (a.identity < b.identity ? -1 : 1));
  const { sid, identity } = room.localParticipant;
  const own: Picture = { key: 'own', sid, identity, isScreen: false, isLocal: true, track: null };
  return [...others.filter(({ isScreen }) => isScreen), own, ...others.filter(({ isScreen }) => !isScreen)];
}
