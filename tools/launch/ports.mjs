import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';

/** Below the range that systems hand out to outgoing connections, so that none of those takes the port in between. */
const LOWEST = 20_000;
const HIGHEST = 32_000;

function tcpIsFree(port) {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)));
  });
}

function udpIsFree(port) {
  return new Promise((resolve) => {
    const socket = createSocket('udp4');
    socket.once('error', () => {
      socket.close();
      resolve(false);
    });
    socket.bind({ port, address: '127.0.0.1', exclusive: true }, () => socket.close(() => resolve(true)));
  });
}

/**
 * A port on 127.0.0.1 that is free now: the preferred one if it is, else some other below 32768.
 *
 * @param {{ preferred?: number, kind?: 'tcp' | 'udp', except?: number[] }} [options]
 * @returns {Promise<number>}
 */
export async function freePort({ preferred, kind = 'tcp', except = [] } = {}) {
  const isFree = kind === 'udp' ? udpIsFree : tcpIsFree;
  if (preferred && !except.includes(preferred) && (await isFree(preferred))) return preferred;
  for (let tries = 0; tries < 200; tries += 1) {
    const port = LOWEST + Math.floor(Math.random() * (HIGHEST - LOWEST));
    if (!except.includes(port) && (await isFree(port))) return port;
  }
  throw new Error(`No free ${kind} port was found on 127.0.0.1 between ${LOWEST} and ${HIGHEST}.`);
}

/** So many different free ports. */
export async function freePorts(count) {
  const ports = [];
  while (ports.length < count) ports.push(await freePort({ except: ports }));
  return ports;
}
