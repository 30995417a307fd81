import { describe, expect, it } from 'vitest';
import { silenceOf } from './silence.ts';

const NOT = { cutOffAt: null, serverAwayAt: null };
const look = (answered: boolean, arrives: boolean) => ({ answered, arrives, heardAt: 7 });

describe('a line on which nobody speaks', () => {
  it.each([
    ['only that line is blocked: the server answers', NOT, look(true, false), NOT],
    ['the server is away, media arrives', NOT, look(false, true), { cutOffAt: null, serverAwayAt: 7 }],
    ['nothing arrives: it is us', NOT, look(false, false), { cutOffAt: 7, serverAwayAt: null }],
    [
      'the server is away and the partner falls silent: still the server',
      { cutOffAt: null, serverAwayAt: 7 },
      look(false, false),
      { cutOffAt: null, serverAwayAt: 7 },
    ],
    [
      'media arrives after all: it was the server',
      { cutOffAt: 7, serverAwayAt: null },
      look(false, true),
      { cutOffAt: null, serverAwayAt: 7 },
    ],
    ['it answers again', { cutOffAt: null, serverAwayAt: 7 }, look(true, true), NOT],
  ])('[REACT-SILENCE] %s', (_title, before, seen, after) => {
    expect(silenceOf(before, seen)).toEqual(after);
  });
});
