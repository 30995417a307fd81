import { strFromU8, unzipSync } from 'fflate';
import { readSheet } from 'read-excel-file/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestDatabases, readPdf } from '../platform/testing.ts';
import { startTestServer, type Guest, type TestServer } from '../server.testing.ts';

/** What people call themselves to harm whoever opens the report, and what the rest of the world is called. */
const NAMES = ['=cmd|\u0001 calc', '佐藤 花子', 'ليلى <b>&', '+1-Zoë 👋🏽'];

for (const kind of await openTestDatabases()) {
  describe(`attendance as files, on ${kind.name}`, () => {
    let server: TestServer;
    let admin: Guest;

    beforeAll(async () => {
      server = await startTestServer(kind);
      admin = await server.person('admin', ['admin']);
      await server.rooms.createRoom('names');
      for (const [n, name] of NAMES.entries()) server.fake.join({ room: 'names', identity: `n${n}`, name });
      await server.fake.webhooksIdle();
      await server.caughtUp();
    });
    afterAll(() => server.close());

    const ask = async (format: string) =>
      await server.app.inject({
        url: `/api/v1/rooms/names/attendance?format=${format}`,
        headers: admin.headers,
      });

    it('[ATT-15] a spreadsheet has texts as texts, in any script, and runs nothing', async () => {
      const answer = await ask('xlsx');
      expect(answer.headers['content-type']).toContain('spreadsheetml.sheet');
      expect(answer.headers['content-disposition']).toBe('attachment; filename="attendance-names.xlsx"');
      const rows = await readSheet(answer.rawPayload);
      expect(rows[0]?.slice(0, 3)).toEqual(['name', 'first_join_at', 'present_seconds']);
      const names = NAMES.map((name) => name.replace('\u0001', ''));
      expect(rows.slice(1).map(([name]) => name)).toEqual(expect.arrayContaining(names));
      expect(rows).toHaveLength(1 + NAMES.length);
      expect(rows[1]?.slice(1, 3)).toEqual([
        expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
        expect.any(Number),
      ]);
      const sheet = unzipSync(answer.rawPayload)['xl/worksheets/sheet1.xml'] ?? new Uint8Array();
      expect(strFromU8(sheet)).not.toMatch(/<f[ >]/);
    });

    it('[ATT-16] a PDF is in the reader’s hours, and says which names it cannot draw', async () => {
      const answer = await ask('pdf&zone=America/Bogota');
      expect(answer.headers['content-type']).toBe('application/pdf');
      const { texts } = readPdf(answer.rawPayload);
      expect(texts[0]).toBe('Attendance');
      expect(texts[1]).toMatch(/^names · made on .* times in America\/Bogota$/);
      expect(texts).toEqual(expect.arrayContaining(['People: 4', '=cmd| calc', '* n1', '+1-Zoë']));
      expect(texts.some((text) => text.startsWith('* The name is in a script'))).toBe(true);
      expect((await ask('pdf&zone=Mars')).json().code).toBe('request.invalid');
    });
  });
}
