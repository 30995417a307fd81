import { describe, expect, test } from 'vitest';
import type { Attendance } from './attend.ts';
import { attendancePrint } from './print.ts';

const T0 = Date.parse('2026-03-29T00:30:00Z');
const line = (name: string, more: Partial<Attendance> = {}): Attendance => ({
  identity: `id-${name.length}`,
  personId: null,
  name,
  firstJoinAt: T0,
  lastLeaveAt: T0 + 3_600_000,
  presentMs: 3_600_000,
  visits: 1,
  reconnects: 0,
  connectedMs: 3_600_000,
  togetherMs: 61_000,
  aloneMs: 0,
  cameraMs: 60_000,
  microphoneMs: 30_000,
  screenMs: 0,
  messages: 2,
  ...more,
});
const of = { name: 'aula', locale: 'es', timeZone: 'Europe/Madrid', madeAt: T0 };

describe('attendance, printed', () => {
  test('[ATT-16] in Spanish, and by the clock on the wall: over the change of the clocks an hour looks like two', () => {
    const { title, headings, rows } = attendancePrint([line('Ñandú')], of);
    expect([title, headings[1]]).toEqual(['Asistencia', 'Llegó']);
    expect(rows[0]?.[1]).toContain('1:30:00');
    expect(rows[0]?.slice(2)).toEqual([
      expect.stringContaining('3:30:00'),
      '1:00:00',
      '0:01:01',
      '1',
      '0:01:00',
      '0:00:30',
      '0:00:00',
      '2',
    ]);
  });

  test('[ATT-16] names in scripts that the face has are drawn, of others the identity, and it is said', () => {
    const drawn = ['Łucja', 'Зоя', 'Νίκος', 'دانا', 'אורי', 'Ana 2 (h)'].map((name) => line(name));
    expect(attendancePrint(drawn, of).rows.map(([name]) => name)).toEqual(drawn.map(({ name }) => name));
    expect(attendancePrint(drawn, of).about).toHaveLength(2);
    const { rows, about } = attendancePrint([line('佐藤'), line('👋🏽'), line('Zoë 👩‍👩‍👧')], of);
    expect(rows.map(([name]) => name)).toEqual(['* id-2', '* id-4', 'Zoë']);
    expect(about[2]).toMatch(/^\* El nombre/);
  });

  test('[ATT-16] whoever is there has not left; of more than 2,000 the first are printed, and it is said', () => {
    const lines = Array.from({ length: 2_001 }, () => line('Ana', { lastLeaveAt: null }));
    const { rows, about } = attendancePrint(lines, of);
    expect([rows.length, rows[0]?.[2]]).toEqual([2_000, 'sigue ahí']);
    expect(about.slice(1)).toEqual([expect.stringContaining('2001'), expect.stringContaining('2000')]);
  });
});
