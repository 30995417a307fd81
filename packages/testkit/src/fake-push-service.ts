import {
  createDecipheriv,
  createECDH,
  createPublicKey,
  hkdfSync,
  randomBytes,
  verify,
  type ECDH,
} from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a device of a {@link FakePushService} got. */
export interface PushGot {
  readonly message: unknown;
  readonly headers: IncomingHttpHeaders;
  /** The claims of the sender, whose signature was verified by the key that it says. */
  readonly claims: { aud: string; exp: number; sub: string };
  /** That key, base64url. */
  readonly signedBy: string;
}

/** A browser's side of a subscription. */
export interface FakePushDevice {
  /** As a browser's `PushSubscription.toJSON()` gives it. */
  readonly subscription: { endpoint: string; keys: { p256dh: string; auth: string } };
  /** What was accepted, in order. */
  readonly got: PushGot[];
  /** Answers for the next requests; then 201. `hang up` gives none. */
  readonly answers: (number | 'hang up' | { status: number; retryAfter: string })[];
  /** Requests that came, whatever they were answered. */
  asked: number;
}

interface Device extends FakePushDevice {
  readonly ecdh: ECDH;
  readonly secret: Buffer;
}

/** A push service on loopback, by HTTP, where devices subscribe: it decrypts what they are sent as they would, and checks who signed it. */
export class FakePushService {
  readonly #devices = new Map<string, Device>();
  readonly #server = createServer((request, response) => void this.#serve(request, response));
  /** Without a slash at its end; empty until it has started. */
  url = '';

  /** Listens on a free port. */
  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    this.url = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
    return this;
  }

  /** Ends, and whoever is connected with it. */
  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  /** Subscribes a new device. */
  device(): FakePushDevice {
    const ecdh = createECDH('prime256v1');
    const p256dh = ecdh.generateKeys('base64url');
    const secret = randomBytes(16);
    const path = `/wpush/${randomBytes(8).toString('hex')}`;
    const keys = { p256dh, auth: secret.toString('base64url') };
    const subscription = { endpoint: `${this.url}${path}`, keys };
    const device: Device = { subscription, got: [], answers: [], asked: 0, ecdh, secret };
    this.#devices.set(path, device);
    return device;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const device = this.#devices.get(request.url ?? '');
    if (!device) return void response.writeHead(404).end();
    device.asked += 1;
    const answer = device.answers.shift() ?? 201;
    if (answer === 'hang up') return void request.socket.destroy();
    if (typeof answer === 'object')
      return void response.writeHead(answer.status, { 'retry-after': answer.retryAfter }).end();
    if (answer < 300)
      device.got.push({
        message: JSON.parse(decrypted(Buffer.concat(chunks), device)),
        headers: request.headers,
        ...signature(request.headers.authorization ?? ''),
      });
    response.writeHead(answer).end();
  }
}

/** RFC 8291 and 8188 from the receiver's side, of one record. */
function decrypted(body: Buffer, { ecdh, secret }: Device): string {
  const salt = body.subarray(0, 16);
  const idLength = body.readUInt8(20);
  const sender = body.subarray(21, 21 + idLength);
  const record = body.subarray(21 + idLength);
  const info = Buffer.concat([Buffer.from('WebPush: info\0'), ecdh.getPublicKey(), sender]);
  const ikm = Buffer.from(hkdfSync('sha256', ecdh.computeSecret(sender), secret, info, 32));
  const key = Buffer.from(hkdfSync('sha256', ikm, salt, 'Content-Encoding: aes128gcm\0', 16));
  const nonce = Buffer.from(hkdfSync('sha256', ikm, salt, 'Content-Encoding: nonce\0', 12));
  const decipher = createDecipheriv('aes-128-gcm', key, nonce);
  decipher.setAuthTag(record.subarray(-16));
  const plain = Buffer.concat([decipher.update(record.subarray(0, -16)), decipher.final()]);
  return plain.subarray(0, plain.lastIndexOf(2)).toString();
}

/** RFC 8292: who sent it. Throws when the signature is not theirs. */
function signature(authorization: string): Pick<PushGot, 'claims' | 'signedBy'> {
  const [, token = '', signedBy = ''] = /^vapid t=([^,]+), ?k=(\S+)$/.exec(authorization) ?? [];
  const [head = '', claims = '', signed = ''] = token.split('.');
  const point = Buffer.from(signedBy, 'base64url');
  const [x, y] = [point.subarray(1, 33), point.subarray(33)].map((half) => half.toString('base64url'));
  const key = createPublicKey({ key: { kty: 'EC', crv: 'P-256', x: x ?? '', y: y ?? '' }, format: 'jwk' });
  const isTheirs = verify(
    'sha256',
    Buffer.from(`${head}.${claims}`),
    { key, dsaEncoding: 'ieee-p1363' },
    Buffer.from(signed, 'base64url'),
  );
  if (!isTheirs) throw new Error('the signature is not of this key');
  return { claims: JSON.parse(Buffer.from(claims, 'base64url').toString()) as PushGot['claims'], signedBy };
}
