import type { LobbyEntry } from '@latido/protocol';
import { useEffect, useRef } from 'react';

const TONES_HZ = [660, 880] as const;
const APART_S = 0.16;
const LASTS_S = 0.22;
const LOUDNESS = 0.12;

/** Two short tones; silent where the browser plays nothing yet. */
function knock(): void {
  if (typeof AudioContext === 'undefined') return;
  const context = new AudioContext();
  if (context.state === 'suspended') return void context.close();
  TONES_HZ.forEach((frequency, n) => {
    const from = context.currentTime + n * APART_S;
    const [tone, gain] = [context.createOscillator(), context.createGain()];
    tone.frequency.value = frequency;
    gain.gain.setValueAtTime(LOUDNESS, from);
    gain.gain.exponentialRampToValueAtTime(0.001, from + LASTS_S);
    tone.connect(gain).connect(context.destination);
    tone.start(from);
    tone.stop(from + LASTS_S);
    if (n === TONES_HZ.length - 1) tone.onended = () => void context.close();
  });
}

/** Who waits now and did not at the last look. */
export const cameSince = (
  before: ReadonlySet<string>,
  now: readonly Pick<LobbyEntry, 'entryId'>[],
): boolean => now.some(({ entryId }) => !before.has(entryId));

/** A host hears that somebody has come to the door, once for each. */
export function useKnock(waiting: readonly LobbyEntry[]): void {
  const known = useRef<ReadonlySet<string>>(new Set());
  useEffect(() => {
    if (cameSince(known.current, waiting)) knock();
    known.current = new Set(waiting.map(({ entryId }) => entryId));
  }, [waiting]);
}
