import { afterEach, beforeEach, expect, test } from 'vitest';
import { SmallServer } from '../realtime/server.testing.ts';
import { createApi } from './create-api.ts';
import { LatidoError } from './problem.ts';

let server: SmallServer;
let baseUrl: string;
beforeEach(async () => {
  server = new SmallServer();
  baseUrl = await server.start();
});
afterEach(() => server.close());

test('[API-1] each call asks its own path, and says who asks', async () => {
  const api = createApi({ baseUrl: `${baseUrl}/`, token: 'secret' });
  await api.me();
  await api.calls({ room: 'a room', status: 'live' });
  await api.call('call_1/../x');
  await api.roomAttendance('a/b');
  await api.tokenSecure({ roomName: 'blue' });
  await api.statusUpdates('e.1');
  expect(server.asked.map(({ line }) => line)).toEqual([
    'GET /api/v1/me',
    'GET /api/v1/calls?room=a+room&status=live',
    'GET /api/v1/calls/call_1%2F..%2Fx',
    'GET /api/v1/rooms/a%2Fb/attendance',
    'POST /api/livekit/token-secure',
    'GET /api/status/updates?after=e.1',
  ]);
  expect(server.asked[4]?.body).toEqual({ roomName: 'blue' });
  expect(new Set(server.asked.map(({ headers }) => headers.authorization))).toEqual(
    new Set(['Bearer secret']),
  );
});

test('[API-2] a problem is thrown with its code and whether to try again', async () => {
  server.authStatus = 401;
  const error = await createApi({ baseUrl })
    .wallet()
    .catch((thrown: unknown) => thrown as LatidoError);
  expect(error).toBeInstanceOf(LatidoError);
  expect(error).toMatchObject({
    status: 401,
    code: 'auth.required',
    retry: 'after-fix',
    message: 'Sign in first.',
  });
});

test('[API-2] an answer that is none of ours has no code, and a failing server may be asked later', () => {
  const error = new LatidoError(502, null);
  expect([error.code, error.retry, error.message]).toEqual([null, 'later', 'HTTP 502']);
});
