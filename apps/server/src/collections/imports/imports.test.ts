import { strToU8, zipSync } from 'fflate';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openTestDatabases } from '../../platform/testing.ts';
import { startTestServer, type Guest, type TestServer } from '../../server.testing.ts';
import { inDays, lenderAt } from '../collections.testing.ts';

/** A workbook with one sheet of texts and numbers. */
function workbook(rows: readonly (readonly (string | number)[])[]): Buffer {
  const cell = (value: string | number, at: string): string =>
    typeof value === 'number'
      ? `<c r="${at}"><v>${value}</v></c>`
      : `<c r="${at}" t="inlineStr"><is><t>${value}</t></is></c>`;
  const sheet = rows
    .map((row, n) => {
      const cells = row.map((value, m) => cell(value, `${String.fromCodePoint(65 + m)}${n + 1}`)).join('');
      return `<row r="${n + 1}">${cells}</row>`;
    })
    .join('');
  const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
  const rel = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
  const pack = 'http://schemas.openxmlformats.org/package/2006/relationships';
  const files = {
    '_rels/.rels': `<Relationships xmlns="${pack}"><Relationship Id="r1" Type="${rel}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    'xl/workbook.xml': `<workbook xmlns="${main}" xmlns:r="${rel}"><sheets><sheet name="One" sheetId="1" r:id="r1"/></sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': `<Relationships xmlns="${pack}"><Relationship Id="r1" Type="${rel}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`,
    'xl/worksheets/sheet1.xml': `<worksheet xmlns="${main}"><sheetData>${sheet}</sheetData></worksheet>`,
  };
  return Buffer.from(
    zipSync(Object.fromEntries(Object.entries(files).map(([at, text]) => [at, strToU8(text)]))),
  );
}

const BOUNDARY = 'a-boundary-of-the-tests';
function form(fields: Readonly<Record<string, string>>, file: Buffer): Buffer {
  const parts = Object.entries(fields).map(
    ([name, value]) => `--${BOUNDARY}\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
  );
  const head = `--${BOUNDARY}\r\ncontent-disposition: form-data; name="file"; filename="a.csv"\r\n\r\n`;
  return Buffer.concat([Buffer.from(parts.join('') + head), file, Buffer.from(`\r\n--${BOUNDARY}--\r\n`)]);
}

for (const kind of await openTestDatabases()) {
  describe(`imports on ${kind.name}`, () => {
    let server: TestServer;
    let manager: Guest;
    let carol: Guest;
    let carlos: Guest;
    let lender: ReturnType<typeof lenderAt>;

    beforeAll(async () => {
      server = await startTestServer(kind);
      manager = await server.person('mara', ['manager']);
      carol = await server.person('carol', ['collector']);
      carlos = await server.person('carlos', ['collector']);
      lender = lenderAt(server, manager);
    });
    afterAll(() => server.close());

    const bring = (of: string, file: string, more: object = {}) =>
      lender.post('imports', manager, { kind: of, file, ...more });
    const send = async (of: string, file: Buffer, more: Record<string, string> = {}) => {
      const answer = await server.app.inject({
        method: 'POST',
        url: '/api/v1/imports',
        headers: { ...manager.headers, 'content-type': `multipart/form-data; boundary=${BOUNDARY}` },
        payload: form({ kind: of, ...more }, file),
      });
      return { status: answer.statusCode, body: answer.json() };
    };
    /** A long file is answered before its end on a slow machine. */
    const ended = async (id: string) =>
      await vi.waitUntil(
        async () => {
          const { body } = await lender.get(`imports/${id}`, manager);
          return body.status === 'reading' ? null : body;
        },
        { timeout: 120_000, interval: 200 },
      );
    const undo = (id: string) => lender.post(`imports/${id}/undo`, manager, {});
    const debtors = async (q: string): Promise<{ name: string }[]> =>
      (await lender.get(`debtors?q=${encodeURIComponent(q)}`, manager)).body.items;

    it('[COLL-21] debtors come from a file, and go again', async () => {
      const file = 'name;phone;externalId\nAna;+57 300;ana-1\n\n"Ben; the second";;ben-1\n';
      const preview = await bring('debtors', file, { preview: true });
      expect(preview).toMatchObject({ status: 201, body: { status: 'checked', lines: 2, made: 0 } });
      expect(await debtors('ana-1')).toEqual([]);
      const { body } = await bring('debtors', file);
      expect(body).toMatchObject({ status: 'done', lines: 2, made: 2, faults: 0, by: manager.personId });
      expect(body.report.map(({ line }: { line: number }) => line)).toEqual([2, 4]);
      expect(await debtors('ben-1')).toMatchObject([{ id: body.report[1].madeId, name: 'Ben; the second' }]);
      expect((await undo(body.id)).body).toMatchObject({ status: 'undone' });
      expect(await debtors('ana-1')).toEqual([]);
      expect((await undo(body.id)).body.code).toBe('import.not_done');
      expect((await undo('import_none')).body.code).toBe('import.not_found');
    });

    it('[COLL-19] each line that does not fit is named with its column, and nothing is written', async () => {
      await bring('debtors', 'name,externalId\nCleo,cleo-1\n');
      const { body } = await bring(
        'credits',
        [
          'debtorId,amount,currency,endDate,externalId',
          `cleo-1,300,EUR,${inDays(9)},c-1`,
          `cleo-1,-5,EUR,${inDays(9)},c-2`,
          `cleo-1,1.5,EUR,${inDays(9)},c-3`,
          `nobody,300,EUR,${inDays(9)},c-4`,
          `cleo-1,300,EUR,${inDays(9)},c-1`,
          `cleo-1,300,EUR,${inDays(9)},c-5,more`,
        ].join('\n'),
      );
      expect(body).toMatchObject({ status: 'refused', lines: 6, faults: 5, made: 0 });
      expect(
        body.report.map(
          ({ line, fault }: { line: number; fault: { column: string; code: string } | null }) => [
            line,
            fault?.column,
            fault?.code,
          ],
        ),
      ).toEqual([
        [2, undefined, undefined],
        [3, 'amount', 'not_positive'],
        [4, 'amount', 'not_whole'],
        [5, 'debtorId', 'unknown'],
        [6, 'externalId', 'twice'],
        [7, null, 'cells'],
      ]);
      expect(body.report[2].fault.words).toBe(
        'amount: it is no whole number of minor units (24000 for 240.00) (1.5)',
      );
      expect((await lender.get('credits/c-1', manager)).status).toBe(404);
      const only = (await lender.get(`imports/${body.id}?faults=true&after=3`, manager)).body;
      expect(only.report.map(({ line }: { line: number }) => line)).toEqual([4, 5, 6, 7]);
      expect((await bring('debtors', 'name,externalId\nAgain,cleo-1\n')).body.report[0].fault).toMatchObject({
        column: 'externalId',
        code: 'taken',
      });
    });

    it.each([
      ['name,colour\nAna,red\n', 'colour', 'column_unknown'],
      ['phone\n1\n', 'name', 'column_missing'],
      ['name\n"Ana\nBen\n', null, 'quote'],
      ['', null, 'empty'],
    ])('[COLL-19] a file with wrong columns is refused as a whole: %j', async (file, column, code) => {
      const { body } = await bring('debtors', file);
      expect(body).toMatchObject({ status: 'refused', made: 0, fault: { column, code } });
    });

    it('[COLL-20] formulas are refused', async () => {
      const { body } = await bring('debtors', 'name\n"=HYPERLINK(""http://x"")"\n');
      expect(body.report[0].fault).toMatchObject({ column: 'name', code: 'formula' });
    });

    it('[COLL-18] files of other programs: a mark at the beginning, Latin-1, tabs, a workbook', async () => {
      const text = 'name\tzone\r\nPeña Núñez\tNorte\r\n';
      const files = [
        Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from(text)]),
        Buffer.from(text, 'latin1'),
        Buffer.from(`\uFEFF${text}`, 'utf16le'),
        Buffer.from(`\uFEFF${text}`, 'utf16le').swap16(),
        workbook([
          ['name', 'zone', 'phone'],
          ['Peña Núñez', 'Norte', 600100200],
        ]),
      ];
      for (const file of files) {
        const { status, body } = await send('debtors', file);
        expect([status, body.status, body.fileName]).toEqual([201, 'done', 'a.csv']);
        expect(await debtors('peña núñez')).toMatchObject([{ name: 'Peña Núñez', zone: 'Norte' }]);
        await undo(body.id);
      }
      for (const [file, words] of [
        [Buffer.from([0x50, 0x4b, 3, 4, 1, 2, 3]), 'cannot be read'],
        [Buffer.from([0, 1, 2, 3]), 'neither CSV nor XLSX'],
      ] as const) {
        const { status, body } = await send('debtors', file);
        expect([status, body.detail]).toEqual([400, expect.stringContaining(words)]);
        // Whoever has not waited for it reads the same.
        const { body: all } = await lender.get('imports', manager);
        expect(all.items[0]).toMatchObject({
          status: 'refused',
          fault: { code: 'not_taken', seen: body.detail },
        });
      }
    });

    it.each([';', ',', '\t'])('[COLL-23] Excel’s line “sep=%s” is no line of the table', async (mark) => {
      const file = (zone: string) =>
        Buffer.from(`sep=${mark}\r\nname${mark}zone\r\nSepúlveda${mark}${zone}\r\n`);
      const { status, body } = await send('debtors', file('Norte'));
      expect([status, body.status]).toEqual([201, 'done']);
      expect(await debtors('sepúlveda')).toMatchObject([{ name: 'Sepúlveda', zone: 'Norte' }]);
      await undo(body.id);
      const refused = await send('debtors', file('=1+1'));
      expect(refused.body.report).toMatchObject([{ line: 3, fault: { column: 'zone' } }]);
    });

    it('[COLL-19] a character that cannot be stored is named, however far below it stands in a file', async () => {
      const many = Array.from({ length: 6_000 }, (_, n) => `Somebody number ${n}`).join('\n');
      const { id } = (await send('debtors', Buffer.from(`name\n${many}\nA\0B\n`))).body;
      expect(await ended(id)).toMatchObject({ status: 'refused', faults: 1 });
      const { report } = (await lender.get(`imports/${id}?faults=true`, manager)).body;
      expect(report).toMatchObject([{ line: 6_002, fault: { column: 'name', code: 'not_text' } }]);
    });

    it('[COLL-22] payments are counted, and reversed together', async () => {
      const { credit } = await lender.lend('Dan', inDays(-3), { to: carol });
      const file = `creditId,amount,paidAt,id,method\n${credit.id},10000,2026-01-05,dan-pay-1,cash\n${credit.id},20000,2026-01-06,,\n`;
      const { body } = await bring('payments', file);
      expect(body).toMatchObject({ status: 'done', made: 2 });
      const seen = async () => (await lender.get(`credits/${credit.id}`, manager)).body;
      expect(await seen()).toMatchObject({ status: 'paid', balance: 0, payments: [{}, {}] });
      expect((await bring('payments', file)).body.report[0].fault).toMatchObject({
        column: 'id',
        code: 'taken',
      });
      expect((await undo(body.id)).body.status).toBe('undone');
      expect(await seen()).toMatchObject({ status: 'active', balance: 30_000, nextDueOn: inDays(-3) });
    });

    it('[COLL-22] credits that something was built on since are not taken back', async () => {
      await bring('debtors', 'name,externalId\nEva,eva-1\n');
      const file = (n: number) =>
        `debtorId,amount,currency,endDate,installments,externalId\neva-1,300,EUR,${inDays(40)},${inDays(1)}:100 ${inDays(40)}:200,eva-c${n}\n`;
      const first = (await bring('credits', file(1))).body;
      expect((await lender.get('credits/eva-c1', manager)).body).toMatchObject({
        balance: 300,
        nextDueOn: inDays(1),
        attention: { reason: 'soon', amountDue: 100 },
      });
      await lender.post('payments', manager, {
        creditId: 'eva-c1',
        amount: 1,
        paidAt: new Date().toISOString(),
      });
      expect((await undo(first.id)).body).toMatchObject({ code: 'import.in_use' });
      const second = (await bring('credits', file(2))).body;
      await undo(second.id);
      expect((await lender.get('credits/eva-c2', manager)).status).toBe(404);
    });

    it('[COLL-22] debtors change hands by a file, are told, and go back', async () => {
      const { debtor } = await lender.lend('Fay', inDays(5), { to: carol });
      await lender.lend('Gil', inDays(5), { debtor: { externalId: 'gil-1' } });
      const of = async (q: string) => (await debtors(q))[0];
      const file = `debtorId;collectorId\n${debtor.id};${carlos.personId}\ngil-1;${carlos.personId}\n`;
      const { body } = await bring('assignments', file);
      expect(body).toMatchObject({ status: 'done', made: 2 });
      expect(await of('gil-1')).toMatchObject({ collectorId: carlos.personId });
      expect((await lender.inbox(carol, 'client.assigned')).at(-1)?.payload).toMatchObject({
        name: 'Fay',
        collectorId: carlos.personId,
        previous: carol.personId,
      });
      await undo(body.id);
      expect(await of(debtor.id)).toMatchObject({ collectorId: carol.personId });
      expect(await of('gil-1')).toMatchObject({ collectorId: null });
      const { body: wrong } = await bring(
        'assignments',
        `debtorId;collectorId\n${debtor.id};${manager.personId}\n`,
      );
      expect(wrong.report[0].fault).toMatchObject({ column: 'collectorId', code: 'unknown' });
    });

    it('[COLL-21] four thousand lines are read as they come, and one that does not fit keeps all of them out', async () => {
      const count = 4_000;
      const lines = Array.from({ length: count }, (_, n) => `Debtor ${n},bulk-${n}`);
      const file = (last: string) => Buffer.from(`name,externalId\n${lines.join('\n')}\n${last}\n`);
      const body = await ended((await send('debtors', file('Last,bulk-7'))).body.id);
      expect(body).toMatchObject({ status: 'refused', lines: count + 1, faults: 1, nextLine: 1_001 });
      const { rows } = await sql<{ count: bigint }>`
        select count(*) as count from collections.debtor where external_id like 'bulk-%'`.execute(server.db);
      expect(rows).toEqual([{ count: 0n }]);
      const { body: second } = await send('debtors', file('Last,bulk-x'), { preview: 'false' });
      expect(await ended(second.id)).toMatchObject({ status: 'done', made: count + 1 });
      await undo(second.id);
    });

    it('[COLL-21] bad requests say what is wrong, and only who lends may import', async () => {
      expect((await lender.post('imports', manager, { kind: 'people', file: '' })).status).toBe(400);
      expect((await lender.post('imports', manager, { kind: 'debtors' })).body.detail).toContain('body.file');
      expect((await send('people', Buffer.from('x'))).body.detail).toContain('body.kind');
      for (const who of [carol]) {
        expect((await lender.post('imports', who, { kind: 'debtors', file: 'name\nx\n' })).status).toBe(403);
        expect((await lender.get('imports', who)).status).toBe(403);
      }
      const { items } = (await lender.get('imports', manager)).body;
      expect(items[0]).toMatchObject({ status: expect.any(String), kind: expect.any(String) });
    });
  });
}
