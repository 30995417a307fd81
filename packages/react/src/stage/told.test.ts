import type { CallPerson, CallState, EndReason } from '@latido/protocol';
import { describe, expect, it } from 'vitest';
import type { CallEnd } from '../call/screen.ts';
import { esLabels } from '../labels-es.ts';
import { enLabels } from '../labels-en.ts';
import { toldOf } from './overlays.tsx';

const at = '2026-11-24T10:00:00.000Z';
const bob: CallPerson = {
  personId: 'person_bob',
  name: 'Bob',
  role: 'earner',
  state: 'left',
  lastProofAt: at,
};
const end = (patch: {
  reason?: EndReason;
  by?: CallEnd['by'];
  lost?: CallEnd['lost'];
  call?: Partial<CallState>;
  startedAt?: string | null;
  called?: string;
  partner?: Partial<CallPerson>;
}): CallEnd => ({
  reason: patch.reason ?? 'hung_up',
  by: patch.by ?? 'partner',
  lost: patch.lost ?? null,
  call: {
    startedAt: patch.startedAt === undefined ? at : patch.startedAt,
    called: patch.called ?? null,
    ...patch.call,
  } as CallState,
  partner: { ...bob, ...patch.partner },
});

describe('why a call is over, in words', () => {
  it.each([
    ['who hung up', {}, 'Bob hung up'],
    [
      'who was called and said no',
      { startedAt: null, partner: { lastProofAt: null } },
      'Bob declined the call',
    ],
    ['who had come and gone before the other', { startedAt: null }, 'Bob left before the call began'],
    [
      'who called, and did not wait',
      { startedAt: null, partner: { role: 'payer', lastProofAt: null } },
      'Bob left before the call began',
    ],
    ['nobody came', { reason: 'expired', by: 'system', startedAt: null }, 'Nobody joined in time'],
    [
      'who was called did not come',
      { reason: 'no_answer', by: 'system', startedAt: null, called: 'person_bob' },
      'Bob did not answer',
    ],
    [
      'we were called and did not get in',
      { reason: 'no_answer', by: 'system', startedAt: null, called: 'person_me' },
      'Nobody joined in time',
    ],
    [
      'who was called and pays said no',
      { startedAt: null, called: 'person_bob', partner: { role: 'payer', lastProofAt: null } },
      'Bob declined the call',
    ],
    ['our own doing', { by: 'me' }, 'You ended the call'],
    [
      'our own doing, before they had answered',
      { by: 'me', startedAt: null, called: 'person_bob' },
      'You cancelled the call',
    ],
    [
      'our own doing, as the one who was called',
      { by: 'me', startedAt: null, called: 'person_me' },
      'You ended the call',
    ],
  ] as const)('[REACT-TOLD] %s', (_name, patch, title) => {
    expect(toldOf(end(patch), enLabels).title).toBe(title);
  });

  it.each([
    [10, null, 'It cost you 10 coins.', 'Te costó 10 monedas.'],
    [0, null, 'It cost you nothing.', 'No te costó nada.'],
    [10, 7, 'You earned 7 coins.', 'Ganaste 7 monedas.'],
  ] as const)(
    '[REACT-TOLD] whose connection was lost reads so, with what it came to: %s, %s',
    (coins, earned, en, es) => {
      const lost = end({
        reason: 'lost_connection',
        by: 'system',
        lost: 'me',
        call: { coins, settled: true, meter: { earned } as CallState['meter'] },
      });
      expect(toldOf(lost, enLabels)).toEqual({
        title: 'Your connection was lost',
        text: `It did not come back in time, so the call ended at your last sign of life. ${en}`,
      });
      expect(toldOf(lost, esLabels).title).toBe('Se perdió tu conexión');
      expect(toldOf(lost, esLabels).text).toContain(es);
      expect(toldOf({ ...lost, lost: 'media' }, enLabels).title).toBe('The media server stopped working');
      expect(toldOf({ ...lost, lost: 'partner' }, enLabels).title).toBe('Bob lost the connection');
    },
  );

  it.each([null, 7])('[METER-15] no sum is told as final before it is (earned: %s)', (earned) => {
    const call = { coins: 0, settled: false, meter: { earned } as CallState['meter'] };
    const lost = end({ reason: 'lost_connection', by: 'system', lost: 'me', call });
    expect(toldOf(lost, enLabels).text).toMatch(/last sign of life\. The last minute is being counted\.$/);
    expect(toldOf(lost, esLabels).text).toMatch(/Se está contando el último minuto\.$/);
  });

  it('[REACT-TOLD] a meter that never ran is not said to have stopped', () => {
    const told = toldOf(end({ startedAt: null, partner: { lastProofAt: null } }), esLabels);
    expect(told).toEqual({ title: 'Bob rechazó la llamada', text: 'No se cobró nada.' });
  });
});

describe('a camera or microphone that could not be had, in words', () => {
  it.each([
    [['camera'], 'denied', 'blocks the camera. Allow it', 'bloquea la cámara.'],
    [['camera', 'microphone'], 'denied', 'camera and microphone. Allow them', 'la cámara y el micrófono.'],
    [['microphone'], 'missing', 'No microphone was found', 'No se encontró micrófono.'],
    [['camera'], 'busy', 'Another program is using the camera', 'Otro programa está usando la cámara'],
  ] as const)('[REACT-MEDIA] %s %s', (devices, why, english, spanish) => {
    expect(enLabels.noMedia({ devices, why })).toContain(english);
    expect(esLabels.noMedia({ devices, why })).toContain(spanish);
  });
});
