import { describe, expect, it } from 'vitest';
import { isPress, type KeyPress } from './keys.ts';

/** An element within what these selectors name. */
const within = (...parts: string[]) => ({
  closest: (selector: string) => selector.split(', ').find((part) => parts.includes(part)) ?? null,
});
/** A page that has what these selectors name. */
const page = (...parts: string[]) => ({
  querySelector: (selector: string) => selector.split(', ').find((part) => parts.includes(part)) ?? null,
});
const press = (of: Partial<KeyPress> = {}): KeyPress => ({
  key: 'n',
  target: within(),
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  repeat: false,
  ...of,
});

describe('the letters of the controls', () => {
  it.each([
    ['the letter', press(), true],
    ['as a capital', press({ key: 'N' }), true],
    ['another one', press({ key: 'm' }), false],
    ['of a shortcut', press({ ctrlKey: true }), false],
    ['held down', press({ repeat: true }), false],
    ['with nothing that has the focus', press({ target: null }), true],
    ['written into a field', press({ target: within('input') }), false],
    ['written into a note', press({ target: within('[contenteditable]') }), false],
    ['in a window of the page', press({ target: within('[role="dialog"]') }), false],
  ])('[REACT-KEYS] %s', (_title, event, isPressed) => {
    expect(isPress('n', event, page())).toBe(isPressed);
  });

  it.each(['dialog[open]', '[aria-modal="true"]', '[aria-hidden="true"] .lt-dock', '[inert] .lt-dock'])(
    '[REACT-KEYS] press nothing beneath an open window: %s',
    (part) => {
      expect(isPress('n', press(), page(part))).toBe(false);
    },
  );
});
