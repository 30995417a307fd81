import { LatidoError, NoAnswer } from '@latido/client';
import { ERRORS, type ErrorCode } from '@latido/protocol';
import { describe, expect, it } from 'vitest';
import enMore from '../messages/en-more.ts';
import enCore from '../messages/en.ts';
import esMore from '../messages/es-more.ts';
import esCore from '../messages/es.ts';
import { sentenceOf, type FailureTexts } from './sentence.ts';

const en = { ...enCore, ...enMore };
const es = { ...esCore, ...esMore };
type Codes = Record<string, Record<string, string> | undefined>;

const textsOf = ({ errors, rareErrors }: typeof en): FailureTexts => ({
  network: errors.network,
  unexpected: errors.unexpected,
  ofCode: (code) => {
    const [area = '', name = ''] = code.split('.');
    return { ...(errors.codes as Codes), ...(rareErrors as Codes) }[area]?.[name];
  },
});
const refusal = (code: string, status: number) =>
  new LatidoError(status, {
    type: '',
    title: '',
    retry: 'never',
    requestId: 'req-1',
    status,
    code: code as ErrorCode,
    detail: 'There is no person zed@example.test.',
  });

describe('sentences for failures', () => {
  it.each(Object.keys(ERRORS) as ErrorCode[])('[SENTENCE-1] %s has a sentence in both languages', (code) => {
    const [english, spanish] = [textsOf(en).ofCode(code), textsOf(es).ofCode(code)];
    expect(english).toMatch(/\.$/);
    expect(spanish).toMatch(/\.$/);
    expect(spanish).not.toBe(english);
  });

  it('[SENTENCE-2] the server’s own sentence is shown in English and nowhere else', () => {
    const error = refusal('person.not_found', 404);
    expect(sentenceOf(error, 'en', textsOf(en))).toBe('There is no person zed@example.test.');
    expect(sentenceOf(error, 'es', textsOf(es))).toBe(es.errors.codes.person.not_found);
  });

  it('[SENTENCE-3] a code that the page does not know is told as unexpected, in its language', () => {
    expect(sentenceOf(refusal('moon.full', 409), 'es', textsOf(es))).toBe(es.errors.unexpected);
    expect(sentenceOf(new LatidoError(502, null), 'es', textsOf(es))).toBe(es.errors.unexpected);
  });

  it('[SENTENCE-4] what the server says of its own failures stays with it', () => {
    expect(sentenceOf(refusal('internal.unexpected', 500), 'en', textsOf(en))).toBe(
      en.errors.codes.internal.unexpected,
    );
  });

  it('[SENTENCE-5] a server that cannot be reached is told as the network', () => {
    expect(sentenceOf(new NoAnswer('Failed to fetch'), 'es', textsOf(es))).toBe(es.errors.network);
  });

  it('[SENTENCE-6] a fault of the page itself is not told as a server that cannot be reached', () => {
    expect(sentenceOf(new TypeError('x is undefined'), 'en', textsOf(en))).toBe(en.errors.unexpected);
  });
});
