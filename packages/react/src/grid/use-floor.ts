import { RoomEvent, type Participant, type Room } from 'livekit-client';
import { useEffect, useState } from 'react';
import { heard, SILENCE, turnsInMs } from './speaker.ts';

/** Who is to be in the large picture by who speaks: a participant's sid; null before anybody spoke. */
export function useFloor(room: Room): string | null {
  const [shown, setShown] = useState<string | null>(null);
  useEffect(() => {
    let floor = SILENCE;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const take = (loudest: string | null): void => {
      clearTimeout(timer);
      const now = Date.now();
      floor = heard(floor, loudest, now);
      setShown(floor.shown);
      const turnsIn = turnsInMs(floor, now);
      if (turnsIn !== null) timer = setTimeout(() => take(floor.speaking), turnsIn);
    };
    // Loudest first; oneself is nobody to look at.
    const listen = (speakers: Participant[]): void =>
      take(speakers.find(({ isLocal }) => !isLocal)?.sid ?? null);
    room.on(RoomEvent.ActiveSpeakersChanged, listen);
    return () => {
      clearTimeout(timer);
      room.off(RoomEvent.ActiveSpeakersChanged, listen);
    };
  }, [room]);
  return shown;
}
