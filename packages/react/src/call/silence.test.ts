import { describe, expect, it } from 'vitest';
import { lookOf, silenceOf, type Seen } from './silence.ts';

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

  const seen = (more: Partial<Seen>): Seen => ({
    answered: null,
    cameMsAgo: null,
    lookedForMs: 1_000,
    expected: true,
    ...more,
  });
  it.each<[string, Partial<Seen>, ReturnType<typeof lookOf>]>([
    ['the question hangs and nothing comes: it is us', {}, { answered: false, arrives: false }],
    ['the question hangs, something has just come', { cameMsAgo: 300 }, null],
    ['the question hangs, nothing comes any more', { cameMsAgo: 900 }, { answered: false, arrives: false }],
    ['the question hangs and nothing would come anyway', { expected: false }, null],
    ['looked for too short a time', { lookedForMs: 400 }, null],
    ['refused, media comes', { answered: false, cameMsAgo: 100 }, { answered: false, arrives: true }],
    ['refused, and not looked for long enough', { answered: false, lookedForMs: 400 }, null],
    ['no answer and nothing else', { answered: false, expected: false }, { answered: false, arrives: false }],
    ['answered', { answered: true }, { answered: true, arrives: false }],
  ])('[REACT-SILENCE] %s', (_title, more, expected) => {
    expect(lookOf(seen(more))).toEqual(expected);
  });
});
