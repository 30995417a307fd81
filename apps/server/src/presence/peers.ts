import type { PresenceDown } from '@latido/protocol';
import type { Entry } from './entry.ts';
import type { Registry } from './registry.ts';

/** In a larger room everybody's trace to everybody is more than it is worth. */
const TRACED_ROOM_MAX = 8;

/** Tells the others in the room, on this node, what is thought of somebody. */
export function tellPeers(registry: Registry, entry: Entry, now: number): void {
  const { identity, participantSid } = entry.watch;
  const state = entry.gone ? 'left' : entry.watch.state;
  send(registry, entry, {
    type: 'peer_state',
    identity,
    participantSid,
    state,
    at: new Date(now).toISOString(),
  });
}

/** Passes one beat on to the others in the room. */
export function tracePeers(registry: Registry, entry: Entry, now: number): void {
  const { identity, participantSid } = entry.watch;
  send(registry, entry, { type: 'peer_beat', identity, participantSid, at: new Date(now).toISOString() });
}

function send(registry: Registry, about: Entry, message: PresenceDown): void {
  const links = new Set(
    registry
      .inRoom(about.watch.roomName)
      .flatMap(({ link, watch }) => (link !== null && watch.identity !== about.watch.identity ? [link] : [])),
  );
  if (message.type === 'peer_beat' && links.size >= TRACED_ROOM_MAX) return;
  for (const link of links) link.send(message);
}
