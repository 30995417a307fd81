import { writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { TokenVerifier } from 'livekit-server-sdk';

interface Begun {
  readonly egressId: string;
  readonly room: string;
  readonly layout: string;
  readonly file: string;
  readonly may: object | undefined;
  status: 'EGRESS_ACTIVE' | 'EGRESS_COMPLETE' | 'EGRESS_FAILED';
}

const SECOND_NS = 1_000_000_000n;

/**
 * For tests only: what LiveKit answers of its Egress, by Twirp. It writes ten bytes, and what ends has lasted four
 * seconds.
 */
export class EgressStage {
  readonly started: Begun[] = [];
  readonly stopped: string[] = [];
  readonly #left: Begun[] = [];
  isAway = false;
  readonly #verifier: TokenVerifier;
  readonly #server = createServer((request, response) => {
    void this.#answer(request).then(({ status, body }) => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(body));
    });
  });

  constructor(secret: string) {
    this.#verifier = new TokenVerifier('testkey', secret);
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `ws://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** An egress that is at work in a room, whoever began it. */
  leave(room: string, file: string): string {
    const egressId = `EG_left_${this.#left.length + 1}`;
    this.#left.push({ egressId, room, layout: '', file, may: undefined, status: 'EGRESS_ACTIVE' });
    return egressId;
  }

  fail(egressId: string): void {
    for (const one of this.started) if (one.egressId === egressId) one.status = 'EGRESS_FAILED';
  }

  async #answer(request: IncomingMessage): Promise<{ status: number; body: object }> {
    if (this.isAway) return { status: 503, body: { code: 'unavailable', msg: 'no response from servers' } };
    const asked = JSON.parse(Buffer.concat(await request.toArray()).toString()) as Asked;
    const token = (request.headers.authorization ?? '').replace('Bearer ', '');
    const may = (await this.#verifier.verify(token)).video;
    switch (request.url?.split('/').at(-1)) {
      case 'StartRoomCompositeEgress':
        return { status: 200, body: this.#start(asked, may) };
      case 'StopEgress':
        return this.#stop(asked.egressId ?? '');
      default:
        return { status: 200, body: { items: this.#listed(asked) } };
    }
  }

  #start(asked: Asked, may: object | undefined): object {
    const [output] = asked.fileOutputs ?? [];
    const one: Begun = {
      egressId: `EG_${this.started.length + 1}`,
      room: asked.roomName ?? '',
      layout: asked.layout ?? '',
      file: output?.filepath ?? asked.file?.filepath ?? '',
      may,
      status: 'EGRESS_ACTIVE',
    };
    writeFileSync(one.file, '0123456789');
    this.started.push(one);
    return infoOf(one);
  }

  #stop(egressId: string): { status: number; body: object } {
    const one = [...this.started, ...this.#left].find((each) => each.egressId === egressId);
    if (one?.status !== 'EGRESS_ACTIVE')
      return { status: 412, body: { code: 'failed_precondition', msg: 'it has ended' } };
    this.stopped.push(egressId);
    one.status = 'EGRESS_COMPLETE';
    return { status: 200, body: infoOf(one) };
  }

  #listed({ egressId = '', roomName = '', active = false }: Asked): object[] {
    return [...this.started, ...this.#left]
      .filter((one) => egressId === '' || one.egressId === egressId)
      .filter((one) => roomName === '' || one.room === roomName)
      .filter((one) => !active || one.status === 'EGRESS_ACTIVE')
      .map(infoOf);
  }
}

interface Asked {
  readonly egressId?: string;
  readonly roomName?: string;
  readonly active?: boolean;
  readonly layout?: string;
  readonly file?: { readonly filepath?: string };
  readonly fileOutputs?: readonly { readonly filepath?: string }[];
}

function infoOf({ egressId, room, file, status }: Begun): object {
  const isOver = status !== 'EGRESS_ACTIVE';
  const startedAt = String(BigInt(Date.now()) * 1_000_000n);
  const fileResults = isOver ? [{ filename: file, duration: String(4n * SECOND_NS) }] : [];
  const roomComposite = { roomName: room, fileOutputs: [{ filepath: file }] };
  return { egressId, roomName: room, status, startedAt, roomComposite, fileResults };
}
