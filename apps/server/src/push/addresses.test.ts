import { describe, expect, test } from 'vitest';
import { pushAddresses } from './addresses.ts';

const resolved = (name: string, allow: string[] = []): Promise<string> =>
  new Promise((resolve) => {
    pushAddresses(allow).lookup(name, {}, (error, address) =>
      resolve(error ? error.message : JSON.stringify(address)),
    );
  });

describe('where pushes go', () => {
  test.each([
    'https://127.0.0.1/',
    'https://0.0.0.0/',
    'https://2130706433/',
    'https://0x7f.1/',
    'https://100.64.0.1/',
    'https://172.20.1.1/',
    'https://192.168.1.1/',
    'https://224.0.0.1/',
    'https://255.255.255.255/',
    'https://[::]/',
    'https://[::1]/',
    'https://[::ffff:127.0.0.1]/',
    'https://[64:ff9b::7f00:1]/',
    'https://[fc00::1]/',
    'https://[fe80::1]/',
    'https://[2002:7f00:1::]/',
    'https://[2001:0:1::1]/',
    'http://1.1.1.1/',
    'http://localhost/',
  ])('[PUSH-8] not to %s', (endpoint) => {
    expect(() => pushAddresses([]).check(endpoint)).toThrow('A push goes to public addresses');
  });

  test.each(['https://1.1.1.1/x', 'https://[2606:4700::1111]/x', 'https://push.example:8443/x'])(
    '[PUSH-8] to %s',
    (endpoint) => {
      expect(pushAddresses([]).check(endpoint).href).toBe(endpoint);
    },
  );

  test('[PUSH-8] a name that resolves to this machine leads nowhere, unless a setting says so', async () => {
    expect(await resolved('localhost')).toBe('localhost has no public address');
    expect(['"127.0.0.1"', '"::1"']).toContain(await resolved('localhost', ['127.0.0.0/8', '::1']));
  });

  test('[PUSH-8] what a setting allows may be asked by HTTP, by its address', () => {
    const { check } = pushAddresses(['127.0.0.0/8']);
    expect(check('http://127.0.0.1:9/x').port).toBe('9');
    expect(() => check('http://localhost:9/x')).toThrow();
    expect(() => check('http://10.0.0.1/x')).toThrow();
  });
});
