import type { Door } from './doors.ts';
import type { PresenceSockets } from './ports.ts';

/** `/api/v1/presence?ticket=`: the socket of beats, which presence takes over once its ticket is read. */
export function presenceDoor(presence: PresenceSockets): Door {
  return {
    path: /^\/api\/v1\/presence$/,
    open({ url }) {
      const claims = presence.readTicket(url.searchParams.get('ticket') ?? '');
      return claims === null ? 401 : (socket, stream) => presence.accept(socket, claims as never, stream);
    },
  };
}
