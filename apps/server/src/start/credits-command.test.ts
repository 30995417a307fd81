import { afterAll, beforeAll, expect, it } from 'vitest';
import { openTestDatabases } from '../platform/testing.ts';
import { startTestServer, type Guest, type TestServer } from '../server.testing.ts';
import { runCredits } from './credits-command.ts';

const [embedded] = await openTestDatabases();
let server: TestServer;
let carol: Guest;

beforeAll(async () => {
  server = await startTestServer(embedded!);
  const manager = await server.person('mara', ['manager']);
  carol = await server.person('carol', ['collector']);
  const post = async (url: string, payload: object) =>
    (
      await server.app.inject({ method: 'POST', url: `/api/v1/${url}`, headers: manager.headers, payload })
    ).json();
  for (const name of ['Late', 'Nobody']) {
    const { id: debtorId } = await post('debtors', { name });
    await post('credits', { debtorId, amount: 300, currency: 'EUR', endDate: '2026-01-05' });
    if (name === 'Late') await post('assignments', { debtorId, collectorId: carol.personId });
  }
});
afterAll(() => server.close());

async function run(...args: string[]) {
  const said = { printed: [] as string[], complained: [] as string[] };
  const code = await runCredits((wish) => server.collections.checkAttention(wish), {
    args,
    print: (line) => said.printed.push(line),
    complain: (line) => said.complained.push(line),
  });
  return { code, printed: said.printed.join('\n'), complained: said.complained.join('\n') };
}

const told = async () => {
  const { headers } = carol;
  return (await server.app.inject({ url: '/api/v1/inbox?after=0', headers }))
    .json()
    .items.filter(({ type }: { type: string }) => type === 'credit.requires.attention').length as number;
};

it('[COLL-7] npx latido credits check-attention tells once and prints what it did', async () => {
  expect(await run('check-attention', '--dry-run')).toMatchObject({
    code: 0,
    printed: expect.stringMatching(/looked at 2, 2 need somebody[^]*Nobody was told/),
  });
  expect(await told()).toBe(0);
  expect(await run('check-attention')).toMatchObject({
    code: 0,
    printed: expect.stringMatching(/Told 1; 0 had been told[^]*1 of them have no collector/),
  });
  expect((await run('check-attention')).printed).toContain('Told 0; 1 had been told already');
  expect((await run('check-attention', '--at', '2026-01-01T00:00:00Z')).printed).toContain('2 need somebody');
  expect((await run('check-attention', '--at=2025-01-01T00:00:00Z')).printed).toContain('0 need somebody');
});

it('[COLL-7] what is none of its words is told, and nothing is done', async () => {
  for (const args of [[], ['check'], ['check-attention', '--now'], ['check-attention', 'x']])
    expect(await run(...args)).toMatchObject({ code: 2, complained: expect.stringContaining('Usage: ') });
  expect(await run('check-attention', '--at', 'soon')).toMatchObject({
    code: 2,
    complained: '--at: soon is no instant, such as 2026-01-05T09:00:00Z.',
  });
});
