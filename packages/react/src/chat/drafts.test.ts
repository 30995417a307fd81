import { LatidoError } from '@latido/client';
import type { ErrorCode, Problem } from '@latido/protocol';
import { expect, it } from 'vitest';
import { areSent, fileFailureOf, mayAgain, withDraft, withFiles } from './drafts.ts';

const file = (name: string, bytes = 3): File =>
  ({ name, size: bytes, type: 'text/plain' }) as unknown as File;
let keys = 0;
const newKey = (): string => String((keys += 1));
const sent = { id: 'file_1' } as never;

it('[REACT-CHAT] ten files go along at most, and what is too large or empty is said before it is sent', () => {
  const first = withFiles([], [file('a'), file('b', 26 * 1024 * 1024), file('c', 0)], newKey);
  expect(first.added.map(({ failure }) => failure)).toEqual([null, 'large', 'empty']);
  const more = withFiles(
    first.drafts,
    Array.from({ length: 9 }, () => file('d')),
    newKey,
  );
  expect([more.drafts.length, more.leftOut]).toEqual([10, 2]);
});

it('[REACT-CHAT] a message waits for all its files; one that was taken away meanwhile stays away', () => {
  const { drafts } = withFiles([], [file('a'), file('b')], newKey);
  const [a, b] = drafts.map(({ key }) => key) as [string, string];
  const half = withDraft(drafts, a, { sent });
  expect(areSent(half)).toBe(false);
  expect(areSent(withDraft(half, b, { sent }))).toBe(true);
  const without = half.filter(({ key }) => key !== b);
  expect(withDraft(without, b, { sent })).toEqual(without);
  expect(areSent(without)).toBe(true);
});

it('[REACT-CHAT] each refusal has its words; only what may help is offered again', () => {
  const failureOf = (code: ErrorCode, retry = 'after-fix') =>
    fileFailureOf(new LatidoError(400, { code, retry } as Problem));
  expect(failureOf('file.type_mismatch')).toBe('lies');
  expect(failureOf('file.store_full', 'later')).toBe('full');
  expect(failureOf('call.ended')).toBe('over');
  expect(failureOf('call.not_found', 'never')).toBe('refused');
  expect(failureOf('database.unavailable', 'later')).toBe('lost');
  expect(fileFailureOf(new TypeError('no network'))).toBe('lost');
  const [draft] = withFiles([], [file('a')], newKey).drafts;
  if (!draft) throw new Error('no draft');
  for (const failure of ['lost', 'away', 'full', 'many'] as const)
    expect(mayAgain({ ...draft, failure })).toBe(true);
  for (const failure of ['large', 'lies', 'much', 'over', null] as const)
    expect(mayAgain({ ...draft, failure })).toBe(false);
});
