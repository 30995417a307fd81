import { describe, expect, it } from 'vitest';
import { LatidoError } from '@latido/client';
import { problemOfConnect, problemOfRequest } from './problems.ts';

const body = {
  type: '',
  title: '',
  retry: 'never',
  detail: 'You have 4 coins; 10 are needed.',
  requestId: 'req-7',
} as const;

describe('problems', () => {
  it.each([
    [402, 'balance.insufficient', 'balance'],
    [403, 'room.forbidden', 'forbidden'],
    [503, 'livekit.unavailable', 'media_server'],
    [503, 'server.starting', 'server_away'],
    [503, 'database.unavailable', 'server_away'],
    [409, 'call.ended', 'ended'],
  ] as const)(
    '[REACT-PROBLEM] %d %s is told as %s, with the server’s sentence and the request’s id',
    (status, code, told) => {
      const seen = problemOfRequest(new LatidoError(status, { ...body, status, code }));
      expect(seen).toMatchObject({ code: told, detail: body.detail, requestId: 'req-7' });
    },
  );

  it('[REACT-PROBLEM] a proxy that finds no server behind it is told as a server that is away', () => {
    expect(problemOfRequest(new LatidoError(502, null)).code).toBe('server_away');
  });

  it('[REACT-PROBLEM] a server that cannot be reached is told as the network', () => {
    expect(problemOfRequest(new TypeError('Failed to fetch')).code).toBe('network');
  });

  it('[REACT-PROBLEM] nothing of the SDK’s text is kept: it carries the token', () => {
    const refused = Object.assign(new Error('invalid token: eyJhbGciOi.secret'), { status: 401 });
    expect(JSON.stringify(problemOfConnect(refused))).not.toContain('eyJ');
    expect(problemOfConnect(refused).code).toBe('forbidden');
  });
});
