import { createContext, use, useCallback, useMemo, useState, type JSX, type ReactNode } from 'react';

/** Where a session's recordings are looked at, epoch ms: a lane and the time of a message both lead there. */
export interface Place {
  /** What was asked for last: a new object is a new wish. */
  readonly look: { readonly at: number } | undefined;
  /** What plays, or was asked for. */
  readonly playsAt: number | null;
  readonly seek: (at: number) => void;
  readonly plays: (at: number) => void;
}

const NOWHERE: Place = { look: undefined, playsAt: null, seek: () => undefined, plays: () => undefined };
const PlaceContext = createContext<Place>(NOWHERE);

/** Keeps one place for all that is within. */
export function Placed({ children }: { children: ReactNode }): JSX.Element {
  const [look, setLook] = useState<{ at: number }>();
  const [playsAt, setPlaysAt] = useState<number | null>(null);
  const seek = useCallback((at: number) => {
    setLook({ at });
    setPlaysAt(at);
  }, []);
  const place = useMemo(() => ({ look, playsAt, seek, plays: setPlaysAt }), [look, playsAt, seek]);
  return <PlaceContext value={place}>{children}</PlaceContext>;
}

export const usePlace = (): Place => use(PlaceContext);
