import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { reverb, signed, startFixtureOf } from './fixture.testing.ts';

const PHP = (process.env['PATH'] ?? '')
  .split(delimiter)
  .map((folder) => join(folder, 'php'))
  .find((path) => existsSync(path));
const { fixture, close } = await startFixtureOf('call_php');
afterAll(close);

/** What PHP's own JSON, digest and signature make of requests, as the library for Laravel puts them together. */
const SIGN = `
[, $key, $secret, $asked] = $argv;
$made = [];
foreach (json_decode($asked, true) as [$method, $path, $body, $params]) {
  $text = $body === null ? '' : json_encode($body, JSON_THROW_ON_ERROR);
  if ($body !== null) $params['body_md5'] = md5($text);
  $params += ['auth_key' => $key, 'auth_timestamp' => (string) time(), 'auth_version' => '1.0'];
  ksort($params);
  $joined = implode('&', array_map(fn ($name) => "$name={$params[$name]}", array_keys($params)));
  $params['auth_signature'] = hash_hmac('sha256', "$method\\n$path\\n$joined", $secret, false);
  $made[] = [$method, $path.'?'.http_build_query($params, '', '&'), $text];
}
echo json_encode($made);
`;
type Asked = readonly [method: string, path: string, body: object | null, params: object];

test.skipIf(PHP === undefined)(
  '[PUSHER-26] what PHP signs is taken: events to many, batches, info, reads, and who is sent away',
  async () => {
    const client = await fixture.connect();
    const channel = 'presence-office';
    client.send(
      'pusher:subscribe',
      signed(client, channel, JSON.stringify({ user_id: 'ñ 1', user_info: {} })),
    );
    await client.next();
    const data = JSON.stringify({ text: 'añadido a/b 😀', amount: 12.5 });
    const event = { name: 'credit.requires.attention', data };
    const asked: Asked[] = [
      ['POST', '/events', { ...event, channels: [channel, 'nobody'], info: 'user_count' }, {}],
      ['POST', '/batch_events', { batch: [{ ...event, channel, info: 'subscription_count' }] }, {}],
      ['GET', '/channels', null, { filter_by_prefix: 'presence-', info: 'user_count' }],
      ['GET', `/channels/${channel}/users`, null, {}],
      ['POST', `/users/${encodeURIComponent('ñ 1')}/terminate_connections`, {}, {}],
    ];
    const whole = asked.map(([method, path, ...more]) => [method, `/apps/${reverb.appId}${path}`, ...more]);
    const args = ['-r', SIGN, '--', reverb.key, reverb.secret, JSON.stringify(whole)];
    const made = JSON.parse(execFileSync(PHP!, args, { encoding: 'utf8' })) as [string, string, string][];
    const answers: unknown[] = [];
    for (const [method, path, body] of made) {
      const more = body === '' ? {} : { body, headers: { 'content-type': 'application/json' } };
      const answer = await fetch(`${fixture.url}${path}`, { method, ...more });
      answers.push([answer.status, await answer.json()]);
    }
    expect(answers).toEqual([
      [200, { channels: { [channel]: { user_count: 1 }, nobody: {} } }],
      [200, { batch: [{ subscription_count: 1 }] }],
      [200, { channels: { [channel]: { user_count: 1 } } }],
      [200, { users: [{ id: 'ñ 1' }] }],
      [200, {}],
    ]);
    const heard = ['credit.requires.attention', JSON.parse(data), channel];
    expect(await client.take(2)).toEqual([heard, heard]);
  },
);
