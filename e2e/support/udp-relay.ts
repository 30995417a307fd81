import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import type { BrowserContext } from 'playwright-core';

/** What carries somebody's media to LiveKit, and may be told to drop it: a firewall that blocks UDP, signalling alive. */
export interface UdpRelay {
  readonly port: number;
  block(): void;
  heal(): void;
  close(): void;
}

/** Starts to carry datagrams to and from this port of LiveKit's. */
export async function startUdpRelay(livekitPort: number): Promise<UdpRelay> {
  const here = createSocket('udp4');
  const ways = new Map<number, Socket>();
  let isBlocked = false;
  here.on('message', (datagram, { port }) => {
    if (isBlocked) return;
    const had = ways.get(port);
    const way = had ?? createSocket('udp4');
    if (had === undefined) {
      ways.set(port, way);
      way.on('message', (answer) => void (isBlocked || here.send(answer, port, '127.0.0.1')));
    }
    way.send(datagram, livekitPort, '127.0.0.1');
  });
  here.bind(0, '127.0.0.1');
  await once(here, 'listening');
  return {
    port: here.address().port,
    block: () => (isBlocked = true),
    heal: () => (isBlocked = false),
    close: () => {
      for (const socket of [here, ...ways.values()]) socket.close();
    },
  };
}

/**
 * In a page: candidates of LiveKit's at one port are at another. LiveKit learns of none of ours, else it would come to us past the
 * relay.
 */
const ONE_WAY = (ways: ReadonlyMap<number, number>): string => `(() => {
  const ways = ${JSON.stringify([...ways])};
  const ours = (text) => ways.reduce((all, [from, to]) => all.replaceAll(' ' + from + ' typ ', ' ' + to + ' typ '), text);
  const bare = (sdp) => sdp.replace(/^a=candidate:.*\\r?\\n/gm, '');
  const { prototype } = RTCPeerConnection;
  const { addIceCandidate, setRemoteDescription, createOffer, createAnswer } = prototype;
  prototype.addIceCandidate = function (one) {
    if (!one?.candidate) return addIceCandidate.call(this, one);
    const { sdpMid, sdpMLineIndex, usernameFragment } = one;
    return addIceCandidate.call(this, { sdpMid, sdpMLineIndex, usernameFragment, candidate: ours(one.candidate) });
  };
  prototype.setRemoteDescription = function ({ type, sdp }) {
    return setRemoteDescription.call(this, { type, sdp: ours(sdp) });
  };
  prototype.createOffer = async function (how) {
    const { type, sdp } = await createOffer.call(this, how);
    return { type, sdp: bare(sdp) };
  };
  prototype.createAnswer = async function (how) {
    const { type, sdp } = await createAnswer.call(this, how);
    return { type, sdp: bare(sdp) };
  };
  Object.defineProperty(prototype, 'onicecandidate', { set() {}, get: () => null });
})()`;

/** From now on the pages of this context know no other way for media than the relay. */
export async function useRelay(context: BrowserContext, livekitPort: number, relay: UdpRelay): Promise<void> {
  await useWays(context, new Map([[livekitPort, relay.port]]));
}

/** From now on the pages of this context find each of LiveKit's ports for media where this says. */
export async function useWays(context: BrowserContext, ways: ReadonlyMap<number, number>): Promise<void> {
  await context.addInitScript(ONE_WAY(ways));
}
