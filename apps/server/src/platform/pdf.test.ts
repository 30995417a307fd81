import fastify from 'fastify';
import { expect, test } from 'vitest';
import { sendPdf } from './pdf.ts';
import { readPdf } from './pdf.testing.ts';

test('[LEDGER-13] a table goes over as many pages as it needs, each with its headings, and its words can be searched', async () => {
  const app = fastify();
  const rows = Array.from({ length: 120 }, (_, at) => `Łucja Ñandú № ${at}`);
  app.get('/', (_request, reply) =>
    sendPdf(reply, 'a / name', {
      title: 'Extracto',
      about: ['De Зоя', 'Saldo: 5'],
      locale: 'es',
      madeAt: new Date('2026-01-05T10:00:00Z'),
      columns: [
        { heading: 'Qué', share: 3, cell: (row: string) => row },
        { heading: 'Monedas', share: 1, atEnd: true, cell: () => '−10' },
      ],
      rows,
      pageName: (page) => `Página ${page}`,
    }),
  );
  const answer = await app.inject('/');
  await app.close();
  expect(answer.headers['content-type']).toBe('application/pdf');
  expect(answer.headers['content-disposition']).toBe('attachment; filename="a_name.pdf"');
  const { texts, pages } = readPdf(answer.rawPayload);
  expect(pages).toBe(3);
  expect(texts.slice(0, 6)).toEqual(['Extracto', 'De Зоя', 'Saldo: 5', 'Página 1', 'Qué', 'Monedas']);
  expect(texts.filter((text) => text.startsWith('Łucja'))).toEqual(rows);
  expect(texts.filter((text) => text === 'Qué')).toHaveLength(3);
  expect(texts).toContain('Página 3');
});
