import { RoomEvent, type RemoteTrackPublication, type Room } from 'livekit-client';
import { useEffect } from 'react';

/** Pictures of others, with the keys that they have on the page. */
function picturesIn(room: Room): [string, RemoteTrackPublication][] {
  return [...room.remoteParticipants.values()].flatMap(({ sid, videoTrackPublications }) =>
    [...videoTrackPublications.values()].map((each): [string, RemoteTrackPublication] => [
      `${sid}:${each.source}`,
      each as RemoteTrackPublication,
    ]),
  );
}

/** Asks the media server for the pictures that are on the page, and for no others; for all again once this is gone. */
export function useOnlyShown(room: Room, shown: readonly string[]): void {
  const wanted = shown.join(' ');
  useEffect(() => {
    const keys = new Set(wanted.split(' '));
    const ask = (): void => {
      for (const [key, picture] of picturesIn(room))
        if (picture.isDesired !== keys.has(key)) picture.setSubscribed(keys.has(key));
    };
    ask();
    room.on(RoomEvent.TrackPublished, ask);
    return () => void room.off(RoomEvent.TrackPublished, ask);
  }, [room, wanted]);
  useEffect(
    () => () => {
      for (const [, picture] of picturesIn(room)) picture.setSubscribed(true);
    },
    [room],
  );
}
