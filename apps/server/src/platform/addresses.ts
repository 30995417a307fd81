import type { IncomingMessage } from 'node:http';
import { BlockList, isIP } from 'node:net';

/** What the words in a list of proxies stand for. */
const WORDS: Readonly<Record<string, readonly string[]>> = {
  loopback: ['127.0.0.0/8', '::1'],
  linklocal: ['169.254.0.0/16', 'fe80::/10'],
  uniquelocal: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7'],
};

/**
 * Says from which address a request comes, where the server's own answer is not at hand (an upgrade): the last in
 * X-Forwarded-For that no trusted proxy has written of another one.
 */
export function clientAddress(trustProxy: readonly string[]): (request: IncomingMessage) => string {
  const isTrusted = addressesAmong(trustProxy.flatMap((entry) => WORDS[entry] ?? [entry]));
  return ({ socket, headers }) => {
    const forwarded = String(headers['x-forwarded-for'] ?? '').split(',');
    let address = socket.remoteAddress ?? '';
    for (const before of forwarded.map((each) => each.trim()).reverse()) {
      if (isIP(address) === 0 || isIP(before) === 0 || !isTrusted(address)) break;
      address = before;
    }
    return address;
  };
}

/** Says of an address whether it is among these addresses and networks. */
export function addressesAmong(entries: readonly string[]): (ip: string) => boolean {
  const list = new BlockList();
  for (const entry of entries) {
    const [address = '', prefix] = entry.split('/');
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    if (isIP(address) === 0) throw new Error(`"${entry}" is no address and no network.`);
    if (prefix === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(prefix), family);
  }
  return (ip) => {
    const address = ip.replace(/^::ffff:(?=\d+\.)/, '');
    return list.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
  };
}

/** What an address is counted as: of IPv6 the /64, which one customer has to themselves; IPv4 in IPv6 is IPv4. */
export function addressKey(ip: string): string {
  const v4 = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(ip)?.[1];
  if (v4) return v4;
  if (isIP(ip) !== 6) return ip;
  const [front = '', back] = ip.split('%', 1)[0]?.split('::') ?? [];
  const head = front.split(':').filter(Boolean);
  const tail = (back ?? '').split(':').filter(Boolean);
  const zeros = Array<string>(Math.max(0, 8 - head.length - tail.length)).fill('0');
  const groups = [...head, ...(back === undefined ? [] : zeros), ...tail].slice(0, 4);
  return `${groups.map((group) => Number.parseInt(group, 16).toString(16)).join(':')}::/64`;
}
