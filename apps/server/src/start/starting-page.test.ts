import { createServer, type AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openStartingPage, type StartingPage } from './starting-page.ts';

let room: StartingPage;
beforeEach(async () => {
  room = await openStartingPage({ port: 0, host: '127.0.0.1' });
});
afterEach(() => room.close());

const ask = (path: string, options: RequestInit = {}) =>
  fetch(`http://127.0.0.1:${room.port}${path}`, options);

it('[START-70] while the server starts /readyz is 503 and says so', async () => {
  const answer = await ask('/readyz');
  expect(answer.status).toBe(503);
  expect(await answer.json()).toMatchObject({ ready: false, database: 'starting', livekit: 'starting' });
});

it('[START-71] a browser is told to come back, programs get a problem, LiveKit keeps its webhook', async () => {
  const page = await ask('/video', { headers: { accept: 'text/html,*/*' } });
  expect([page.status, await page.text()]).toEqual([
    503,
    expect.stringMatching(/http-equiv="refresh".*Latido is starting/s),
  ]);
  const hook = await ask('/api/livekit/webhook', { method: 'POST', body: '{}' });
  expect(hook.status).toBe(503);
  expect(hook.headers.get('retry-after')).toBeNull();
  expect(hook.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  expect(await hook.json()).toMatchObject({ code: 'server.starting', status: 503, retry: 'later' });
});

it('[START-72] the port is held until it is given away, whoever is still connected', async () => {
  const { port } = room;
  await expect(openStartingPage({ port, host: '127.0.0.1' })).rejects.toThrow(/EADDRINUSE/);
  await ask('/readyz');
  await room.close();
  const next = createServer();
  await new Promise<void>((resolve, reject) => {
    next.once('error', reject);
    next.listen(port, '127.0.0.1', resolve);
  });
  expect((next.address() as AddressInfo).port).toBe(port);
  next.close();
});
