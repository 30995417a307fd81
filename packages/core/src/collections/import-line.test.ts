import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CsvReader, separatorOf, type TableLine } from './csv.ts';
import { noonsIn } from './days.ts';
import { columnsOf, readImportLine, type ImportKind } from './import-line.ts';

function parse(text: string, size = text.length || 1): TableLine[] {
  const reader = new CsvReader(separatorOf(text.split('\n')[0] ?? ''));
  const lines: TableLine[] = [];
  for (let at = 0; at < text.length; at += size) lines.push(...reader.push(text.slice(at, at + size)));
  return [...lines, ...reader.end()];
}

describe('files', () => {
  it.each([
    [
      'a,b\n1,2\n',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    [
      'a;b\r\n1;2',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    [
      'a\tb\r1\t2\r',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    [
      'a;b\n"x;y";"say ""so"""\n',
      [
        ['a', 'b'],
        ['x;y', 'say "so"'],
      ],
    ],
    [
      'a,b\n"two\nlines",2\n3,4',
      [
        ['a', 'b'],
        ['two\nlines', '2'],
        ['3', '4'],
      ],
    ],
    [
      'a,b\n\n,\n1,\n',
      [
        ['a', 'b'],
        ['1', ''],
      ],
    ],
    ['"a;b",c,d\n', [['a;b', 'c', 'd']]],
    ['', []],
  ])('[COLL-18] %j is read as its cells, however it is cut', (text, expected) => {
    for (const size of [1, 3, text.length || 1])
      expect(parse(text, size).map(({ cells }) => cells)).toEqual(expected);
  });

  it('[COLL-18] each line knows where it begins', () => {
    expect(parse('a,b\r\n\r\n"1\n2",x\r\n3,4').map(({ line }) => line)).toEqual([1, 3, 5]);
    expect(() => parse('a,b\n"never closed,1\n2,3')).toThrow('line 2: a quote is not closed');
    expect(() => parse(`a\n${'x'.repeat(100_001)}`)).toThrow(
      'line 2: a cell is longer than 100000 characters',
    );
  });

  it('[COLL-18] what was written by the rules is read back', () => {
    const cell = fc.string({ maxLength: 8 });
    fc.assert(
      fc.property(fc.array(fc.tuple(cell, cell), { minLength: 1 }), (rows) => {
        const quoted = rows.map((row) => row.map((each) => `"${each.replaceAll('"', '""')}"`).join(';'));
        const read = parse(`"x";"y"\n${quoted.join('\n')}`).slice(1);
        expect(read.map(({ cells }) => cells)).toEqual(
          rows.filter((row) => row.some((each) => each.trim() !== '')),
        );
      }),
    );
  });

  it.each([
    ['debtors', ['Nombre', 'Teléfono', 'ID externo'], ['name', 'phone', 'externalId']],
    [
      'credits',
      ['debtor_id', 'AMOUNT', 'currency', 'end-date'],
      ['debtorId', 'amount', 'currency', 'endDate'],
    ],
    ['payments', ['creditId', 'amount'], { column: 'paidAt', code: 'column_missing' }],
    ['debtors', ['name', 'colour'], { column: 'colour', code: 'column_unknown' }],
    ['debtors', ['name', 'nombre'], { column: 'name', code: 'column_twice' }],
    ['assignments', [''], { column: 'debtorId', code: 'column_missing' }],
    ['debtors', ['name', '', 'phone'], { column: '#2', code: 'column_unknown' }],
    ['debtors', ['name', 'phone', '', ''], ['name', 'phone']],
  ] as const)('[COLL-19] the columns of %s from %j', (kind, header, expected) => {
    expect(columnsOf(kind, header)).toEqual(expected);
  });

  const line = (kind: ImportKind, values: Record<string, string>) =>
    readImportLine({ kind, columns: Object.keys(values), noonOf: noonsIn('UTC') }, Object.values(values));

  it.each([
    ['credits', { amount: '-5' }, 'amount', 'not_positive'],
    ['credits', { amount: '0' }, 'amount', 'not_positive'],
    ['credits', { amount: '1.5' }, 'amount', 'not_whole'],
    ['credits', { amount: '1e3' }, 'amount', 'not_whole'],
    ['credits', { amount: '99999999999999999' }, 'amount', 'too_large'],
    ['credits', { currency: 'pesos' }, 'currency', 'not_a_currency'],
    ['credits', { endDate: '2026-02-30' }, 'endDate', 'not_a_day'],
    ['credits', { endDate: '05/01/2026' }, 'endDate', 'not_a_day'],
    ['credits', { debtorId: ' ' }, 'debtorId', 'empty'],
    [
      'credits',
      { amount: '300', endDate: '2026-03-01', installments: '2026-01-10:299' },
      'installments',
      'installments',
    ],
    ['payments', { paidAt: 'yesterday' }, 'paidAt', 'not_an_instant'],
    ['payments', { id: 'no id' }, 'id', 'not_an_id'],
    ['payments', { method: 'gold' }, 'method', 'not_a_method'],
    ['debtors', { name: '=HYPERLINK("x")' }, 'name', 'formula'],
    ['debtors', { name: '@SUM(1)' }, 'name', 'formula'],
    ['debtors', { name: '-cmd|x' }, 'name', 'formula'],
    ['debtors', { name: "+1+cmd|' /C calc'!A0" }, 'name', 'formula'],
    ['debtors', { name: '-2+3' }, 'name', 'formula'],
    ['debtors', { name: '\uFF1D1' }, 'name', 'formula'],
    ['debtors', { name: 'x'.repeat(201) }, 'name', 'too_long'],
    ['debtors', { name: 'A\0B' }, 'name', 'not_text'],
    ['debtors', { name: 'A\uD800B' }, 'name', 'not_text'],
    ['credits', { endDate: '0000-12-01' }, 'endDate', 'not_a_day'],
    ['payments', { paidAt: '0000-01-01' }, 'paidAt', 'not_an_instant'],
    ['payments', { paidAt: '0001-01-01T00:00:00+05:00' }, 'paidAt', 'not_an_instant'],
    ['payments', { method: 'constructor' }, 'method', 'not_a_method'],
  ] as const)('[COLL-19] %s: %j does not fit, and the column is named', (kind, values, column, code) => {
    expect(line(kind, values)).toMatchObject({ column, code });
  });

  it.each(['+57 300 123-45.67', '+34 (600) 1 ext. 5', '-', '-5', '- none', 'Ana = Ben'])(
    '[COLL-20] %j is no formula',
    (phone) => {
      const isBare = phone === '- none';
      expect(line('debtors', { name: 'A', phone })).toMatchObject(isBare ? { code: 'formula' } : { phone });
    },
  );

  it('[COLL-19] a report repeats whole characters of what was seen, and such as can be stored', () => {
    const cell = `${'x'.repeat(59)}😀${'y'.repeat(100)}`;
    expect(line('credits', { amount: cell })).toMatchObject({ seen: `${'x'.repeat(59)}😀` });
    expect(line('credits', { amount: `x${cell}` })).toMatchObject({ seen: `x${'x'.repeat(59)}` });
    expect(line('credits', { amount: '\0' })).toMatchObject({ seen: '\uFFFD' });
    expect(columnsOf('debtors', [`${'x'.repeat(199)}😀`])).toMatchObject({ column: `${'x'.repeat(199)}😀` });
  });

  it('[COLL-19] what fits is read into the values of the API', () => {
    expect(
      line('credits', {
        debtorId: '7',
        amount: '300',
        currency: 'EUR',
        endDate: '2026-03-01',
        installments: '2026-01-10:100 2026-02-10:200',
        externalId: '',
      }),
    ).toEqual({
      debtorId: '7',
      amount: 300,
      currency: 'EUR',
      endDate: '2026-03-01',
      installments: [
        { dueOn: '2026-01-10', amount: 100 },
        { dueOn: '2026-02-10', amount: 200 },
      ],
    });
    const inAuckland = noonsIn('Pacific/Auckland');
    const payments = { kind: 'payments', columns: ['paidAt'], noonOf: inAuckland } as const;
    expect(readImportLine(payments, ['2026-01-05'])).toEqual({ paidAt: '2026-01-04T23:00:00.000Z' });
    expect(line('payments', { paidAt: '2026-01-05', method: 'Efectivo' })).toEqual({
      paidAt: '2026-01-05T12:00:00.000Z',
      method: 'cash',
    });
    expect(line('debtors', { name: 'Ana', phone: '+57 300' })).toEqual({ name: 'Ana', phone: '+57 300' });
    for (const name of ['formula', 'installments', 'too_long'])
      expect(line('debtors', { name })).toEqual({ name });
    expect(
      readImportLine({ kind: 'debtors', columns: ['name'], noonOf: noonsIn('UTC') }, ['Ana', 'more']),
    ).toEqual({ column: null, code: 'cells' });
  });
});
