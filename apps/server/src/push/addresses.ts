import { lookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { addressesAmong, problem } from '../platform/index.ts';

/** IPv4 that is nobody's public address: this machine, private nets, link-local (with the clouds' own services), documentation, groups. */
const NOT_PUBLIC = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/3',
];
/** All that is public of IPv6, and what within it leads elsewhere: Teredo, benchmarks, documentation, 6to4. */
const PUBLIC_V6 = ['2000::/3'];
const NOT_PUBLIC_V6 = ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20'];

/** Where pushes may go. Whoever subscribes names the address: without this, our server would ask for them within our own walls. */
export interface Addresses {
  /** @throws AppError `push.endpoint_refused` */
  check(endpoint: string): URL;
  /** For `connect`: gives public addresses only, whatever a name resolves to at that moment. */
  readonly lookup: LookupFunction;
}

/** Public addresses by HTTPS, and those that a setting allows besides. */
export function pushAddresses(allow: readonly string[]): Addresses {
  const isAllowed = addressesAmong(allow);
  const isPrivateV4 = addressesAmong(NOT_PUBLIC);
  const isPublicV6 = addressesAmong(PUBLIC_V6);
  const isPrivateV6 = addressesAmong(NOT_PUBLIC_V6);
  const isOpen = (ip: string): boolean => {
    if (isAllowed(ip)) return true;
    return isIP(ip) === 6 ? isPublicV6(ip) && !isPrivateV6(ip) : isIP(ip) === 4 && !isPrivateV4(ip);
  };
  return {
    check(endpoint) {
      const url = new URL(endpoint);
      const host = url.hostname.replace(/^\[|\]$/g, '');
      const isLiteral = isIP(host) !== 0;
      const isPlain = url.protocol === 'http:' && isLiteral && isAllowed(host);
      const isFine =
        (url.protocol === 'https:' || isPlain) && url.username === '' && (!isLiteral || isOpen(host));
      if (isFine) return url;
      throw problem(
        'push.endpoint_refused',
        `A push goes to public addresses by https://, not to ${url.host}.`,
      );
    },
    lookup(hostname, options, answer) {
      lookup(hostname, { ...options, all: true }, (error, found) => {
        const [first, ...more] = error ? [] : found.filter(({ address }) => isOpen(address));
        if (first === undefined) answer(error ?? new Error(`${hostname} has no public address`), '', 4);
        else if (options.all) answer(null, [first, ...more]);
        else answer(null, first.address, first.family);
      });
    },
  };
}
