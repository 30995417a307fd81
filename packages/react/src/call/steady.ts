import { useEffect, useState } from 'react';
import type { CallScreen } from './screen.ts';

/**
 * How long a screen must last before it is drawn. A doubt that is over at once would only flicker: whom we ask after is
 * mostly there, and a Room that reconnects is mostly back before one has read it. What is certain is drawn at once.
 */
export function settlesAfterMs(shown: CallScreen, next: CallScreen): number {
  // Our own line may be said to be down for a moment whatever was shown before, e.g. while a reload is being counted in.
  if (next === 'me_reconnecting') return 500;
  const quiet = shown === 'live' || shown === 'partner_suspected';
  return quiet && next === 'partner_suspected' ? 400 : 0;
}

/** The screen that is drawn: the one that is known, once it has lasted. */
export function useSteady(known: CallScreen): CallScreen {
  const [shown, setShown] = useState(known);
  const waitMs = settlesAfterMs(shown, known);
  useEffect(() => {
    if (shown === known) return;
    const timer = setTimeout(() => setShown(known), waitMs);
    return () => clearTimeout(timer);
  }, [shown, known, waitMs]);
  return waitMs === 0 ? known : shown;
}
