import { useEffect, useState } from 'react';

const KEY = 'latido.ring';
const RING_EVERY_MS = 3_000;
const BLINK_EVERY_MS = 1_000;
/** Who has not come by then has not heard it: the words stay, the noise ends. */
const RINGS_FOR_MS = 45_000;
/** Two notes, a fifth apart, each short enough to be no alarm: hertz and seconds after the beginning. */
const NOTES = [
  [587.3, 0],
  [880, 0.22],
  [587.3, 0.44],
] as const;
const NOTE_S = 0.2;
const LOUD = 0.12;

/** Whether calls may ring aloud here: null as long as nobody has said. */
export function ringChoice(): boolean | null {
  try {
    const kept = localStorage.getItem(KEY);
    return kept === null ? null : kept === 'on';
  } catch {
    return null;
  }
}

let context: AudioContext | null = null;

/** Browsers let a page be heard once it was touched; the answer to our question is such a touch. */
async function openSound(): Promise<AudioContext | null> {
  if (typeof AudioContext === 'undefined') return null;
  context ??= new AudioContext();
  if (context.state === 'suspended') await context.resume().catch(() => undefined);
  return context;
}

/** The answer to "may calls ring here?", asked once; with yes, the browser asks about its notifications too. */
export async function chooseRing(on: boolean): Promise<void> {
  try {
    localStorage.setItem(KEY, on ? 'on' : 'off');
  } catch {
    // Storage may be forbidden: then it is asked again on the next page.
  }
  if (!on) return;
  await openSound();
  void ringOnce();
  if ('Notification' in window && Notification.permission === 'default')
    await Notification.requestPermission();
}

async function ringOnce(): Promise<void> {
  const sound = await openSound();
  if (sound?.state !== 'running') return;
  for (const [hertz, after] of NOTES) {
    const note = sound.createOscillator();
    const volume = sound.createGain();
    const at = sound.currentTime + after;
    note.frequency.value = hertz;
    volume.gain.setValueAtTime(0, at);
    volume.gain.linearRampToValueAtTime(LOUD, at + 0.02);
    volume.gain.exponentialRampToValueAtTime(0.001, at + NOTE_S);
    note.connect(volume).connect(sound.destination);
    note.start(at);
    note.stop(at + NOTE_S);
  }
}

/** The title of the window says who calls, by turns with its own; it is its own again afterwards. */
function blinkTitle(words: string): () => void {
  let own = document.title;
  const blink = setInterval(() => {
    if (document.title !== words) own = document.title;
    document.title = document.title === words ? own : words;
  }, BLINK_EVERY_MS);
  document.title = words;
  return () => {
    clearInterval(blink);
    if (document.title === words) document.title = own;
  };
}

/** Tells it by the system, of a page that nobody looks at. */
function notify(words: string, callId: string): () => void {
  if (!('Notification' in window) || Notification.permission !== 'granted' || !document.hidden)
    return () => undefined;
  const notice = new Notification(words, { tag: callId, requireInteraction: true });
  notice.onclick = () => {
    window.focus();
    notice.close();
  };
  return () => notice.close();
}

/** Rings while a call waits: by the title, by the system where that is allowed, and aloud where that was chosen. */
export function useRinging(call: { callId: string; words: string } | null, isQuiet: boolean): void {
  const callId = call?.callId;
  const words = call?.words ?? '';
  useEffect(() => {
    if (callId === undefined) return;
    const stopTitle = blinkTitle(words);
    const stopNotice = notify(words, callId);
    const ring = (): void => void (ringChoice() === true && ringOnce());
    if (!isQuiet) ring();
    const rings = isQuiet ? undefined : setInterval(ring, RING_EVERY_MS);
    const enough = setTimeout(() => clearInterval(rings), RINGS_FOR_MS);
    return () => {
      stopTitle();
      stopNotice();
      clearInterval(rings);
      clearTimeout(enough);
    };
  }, [callId, words, isQuiet]);
}

/** The question whether calls may ring, as long as nobody has answered it here. */
export function useRingQuestion(): { isAsked: boolean; answer: (on: boolean) => void } {
  const [choice, setChoice] = useState(ringChoice);
  return {
    isAsked: choice === null,
    answer: (on) => {
      setChoice(on);
      void chooseRing(on);
    },
  };
}
