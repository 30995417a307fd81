import type { Access } from '../access/index.ts';
import type { App, Clock, Config, Log, Module } from '../platform/index.ts';
import type { Realtime } from '../realtime/index.ts';
import { Gateway } from './gateway.ts';

export interface SocketIoDeps {
  readonly realtime: Pick<Realtime, 'hub' | 'doors' | 'mayJoin'>;
  readonly access: Pick<Access, 'principalFromHeaders' | 'isOurOrigin' | 'endings'>;
  readonly config: Pick<Config, 'origins' | 'socketIoEio3' | 'ceilings'>;
  readonly clock: Clock;
  readonly log: Log;
}

/** Puts up the door `/socket.io/`, on the port of everything else. */
export function createSocketIo({ realtime, config, ...deps }: SocketIoDeps): Module {
  const { hub, doors, mayJoin } = realtime;
  const { origins, socketIoEio3: takesEio3, ceilings } = config;
  const gateway = new Gateway({
    ...deps,
    hub,
    mayJoin,
    crowd: doors.crowd,
    origins,
    takesEio3,
    channelsMax: ceilings.channelsOfASocket,
    framesPerSecond: ceilings.framesPerSecond,
  });
  doors.add({
    path: /^\/socket\.io\/?$/,
    // Whoever polls and now opens a socket has a session.
    goesOn: (url) => url.searchParams.has('sid'),
    speaks: (url) => takesEio3 || url.searchParams.getAll('EIO').join() === '4',
    takeOver: ({ request, stream, head }) => gateway.engine.handleUpgrade(request, stream, head),
  });
  return {
    routes: (app) => pollingRoutes(app, (request, reply) => gateway.engine.handleRequest(request, reply)),
    stopTaking: async () => gateway.drain(),
    close: () => gateway.close(),
  };
}

/** The polling transport: requests that the engine reads and answers by itself, bodies included. */
function pollingRoutes(app: App, answer: Gateway['engine']['handleRequest']): void {
  void app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, _body, done) => done(null));
    scope.route({
      method: ['GET', 'POST'],
      url: '/socket.io/',
      schema: { hide: true },
      handler(request, reply) {
        reply.hijack();
        answer(request.raw, reply.raw);
      },
    });
  });
}
