import { useEffect, useRef } from 'react';

/** Where a letter is a letter, and no press of a button. */
const WRITES = 'input, select, textarea, [contenteditable]';
const WINDOW = 'dialog[open], [role="dialog"], [role="alertdialog"], [aria-modal="true"]';
/** A window over the call: the browser's own, one that says so, or one that has hidden the rest of the page. */
const OVER = 'dialog[open], [aria-modal="true"], [aria-hidden="true"] .lt-dock, [inert] .lt-dock';

/** What is asked of the browser's event. */
export interface KeyPress extends Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'repeat'> {
  readonly target: unknown;
}

const isElement = (target: unknown): target is { closest(selector: string): unknown } =>
  typeof target === 'object' && target !== null && 'closest' in target;

/**
 * Whether a key presses a letter's button: not where something is written, nor while a window is open, as the buttons beneath it cannot
 * be pressed with the mouse either. Who reports somebody, or buys coins, must not be taken on to the next person by a letter.
 */
export function isPress(
  letter: string,
  event: KeyPress,
  page: { querySelector(selector: string): unknown },
): boolean {
  const plain = !event.ctrlKey && !event.metaKey && !event.altKey && !event.repeat;
  if (event.key.toLowerCase() !== letter || !plain) return false;
  if (isElement(event.target) && event.target.closest(`${WRITES}, ${WINDOW}`) !== null) return false;
  return page.querySelector(OVER) === null;
}

/** Presses a letter's button wherever nothing is written and no window is open. */
export function useKey(letter: string, press: () => void): void {
  const latest = useRef(press);
  latest.current = press;
  useEffect(() => {
    const key = (event: KeyboardEvent): void => {
      if (!isPress(letter, event, document)) return;
      // The letter is not written into a field that the press opens.
      event.preventDefault();
      latest.current();
    };
    document.addEventListener('keydown', key);
    return () => document.removeEventListener('keydown', key);
  }, [letter]);
}
