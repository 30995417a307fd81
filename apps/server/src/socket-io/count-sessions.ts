import type { Server, ServerOptions, Socket } from 'engine.io';
import { TOO_MANY_SOCKETS, type Crowd } from '../realtime/index.ts';

/** Counts each session as one socket of its address, from its handshake until it is gone, whether it polls or has a socket (SIO-7). */
export function countSessions(
  crowd: Crowd,
  open: (limits: Pick<ServerOptions, 'allowRequest'>) => Server,
): Server {
  const engine = open({
    allowRequest(request, answer) {
      const isIn = crowd.hasRoom(request);
      answer(isIn ? null : TOO_MANY_SOCKETS, isIn);
    },
  });
  engine.on('connection', (socket: Socket) => {
    const leave = crowd.enter(socket.request);
    if (leave === null) socket.close();
    else socket.once('close', leave);
  });
  return engine;
}
