import { describe, expect, test } from 'vitest';
import { NOTICE_SENTENCES, sentenceOf, type NoticeLocale } from './sentences.ts';

const money = (minor: number, currency: string): string => `${currency} ${minor / 100}`;

describe('notices in words', () => {
  test('[NOTE-16] every type has its words in both languages', () => {
    expect(Object.keys(NOTICE_SENTENCES.es)).toEqual(Object.keys(NOTICE_SENTENCES.en));
  });

  const debtor = { id: 'debtor_1', name: 'Rosa Díaz', phone: null };
  const credit = { creditId: 'credit_1', debtor, currency: 'COP' };
  const cases: [string, object, NoticeLocale, string, string, string | null][] = [
    ['call.missed', { name: 'Ana', callId: 'c' }, 'en', 'You missed a call from Ana', '', '/video'],
    ['call.missed', { name: 'Ana', callId: 'c' }, 'es', 'Tienes una llamada perdida de Ana', '', '/video'],
    [
      'call.partner_left',
      { name: 'Ana', callId: 'c', reason: 'lost_connection' },
      'en',
      'Ana lost the connection',
      '',
      '/calls/c',
    ],
    [
      'call.partner_left',
      { name: 'Ana', callId: 'c', reason: 'hung_up' },
      'es',
      'Ana salió de la llamada',
      '',
      '/calls/c',
    ],
    [
      'payment.received',
      { ...credit, amount: 1_250_050, balance: 100 },
      'en',
      'Rosa Díaz paid COP 12500.5',
      'COP 1 left to pay',
      '/credits/credit_1',
    ],
    [
      'credit.requires.attention',
      { ...credit, amountDue: 5_000, message: 'Vence hoy.' },
      'es',
      'Rosa Díaz: vencen COP 50',
      'Vence hoy.',
      '/credits/credit_1',
    ],
    [
      'order.shipped',
      { title: 'Sent', body: 'It is on its way', url: '/orders/17' },
      'es',
      'Sent',
      'It is on its way',
      '/orders/17',
    ],
    ['order.shipped', {}, 'en', 'order.shipped', '', null],
  ];
  test.each(cases)('[NOTE-16] %s %j in %s: %s', (type, payload, locale, title, text, path) => {
    const said = sentenceOf({ type, payload: payload as Record<string, unknown> }, { locale, money });
    expect(said).toEqual({ title, text, path });
  });

  test.each(['constructor', 'toString', 'valueOf', '__proto__', 'hasOwnProperty'])(
    '[NOTE-17] a type called %s is a team’s, as any other',
    (type) => {
      const say = (payload: object) =>
        sentenceOf({ type, payload: payload as Record<string, unknown> }, { locale: 'en', money });
      expect(say({ title: 'Hi', body: 'You' })).toEqual({ title: 'Hi', text: 'You', path: null });
      expect(say({})).toEqual({ title: type, text: '', path: null });
    },
  );

  test.each(Object.keys(NOTICE_SENTENCES.en))(
    '[NOTE-17] whatever is in a %s, it is put into words',
    (type) => {
      const odd: unknown[] = [null, 7, 'x', [], {}, { toString: 1, valueOf: 1 }];
      const keys = ['name', 'debtor', 'amount', 'amountDue', 'balance', 'credits', 'coins', 'back', 'price'];
      for (const value of odd) {
        const payload = Object.fromEntries(
          [...keys, 'currency', 'leftMs', 'title'].map((key) => [key, value]),
        );
        const said = sentenceOf({ type, payload }, { locale: 'es', money });
        expect(typeof said.title).toBe('string');
        expect(`${said.title} ${said.text}`).not.toContain('NaN');
      }
    },
  );

  test('[NOTE-17] a team’s notice of one of our types is shown by the words that it brings', () => {
    const type = 'credit.requires.attention';
    const payload = { creditId: '17', title: 'Call Bruno', body: 'Today' };
    expect(sentenceOf({ type, payload }, { locale: 'en', money })).toEqual({
      title: 'Call Bruno',
      text: 'Today',
      path: '/credits/17',
    });
    const booked = { bookingId: 'b', name: 'Ana', title: 'Maths' };
    expect(sentenceOf({ type: 'booking.made', payload: booked }, { locale: 'en', money })).toMatchObject({
      title: 'Ana booked a session',
    });
  });

  test.each(['https://evil.example', '//evil.example', '/\\evil.example', 'javascript:alert(1)'])(
    '[NOTE-16] %s is no way within the app',
    (url) =>
      expect(
        sentenceOf({ type: 'x', payload: { title: 'x', url } }, { locale: 'en', money }).path,
      ).toBeNull(),
  );
});
