import type { PeerReason, PresenceDown } from '@latido/protocol';
import type { Entry } from './entry.ts';
import type { Registry } from './registry.ts';

/** In a larger room everybody's trace to everybody is more than it is worth. */
const TRACED_ROOM_MAX = 8;

/** Tells the others in the room, on this node, what is thought of somebody, and why where that is known. */
export function tellPeers(registry: Registry, entry: Entry, now: number): void {
  tell(registry, entry, { now });
}

/** Tells them that somebody pressed the button: pages need not wait until the call's end has been worked out. */
export function tellHangUp(registry: Registry, entry: Entry, now: number): void {
  tell(registry, entry, { now, because: 'hung_up' });
}

function tell(
  registry: Registry,
  entry: Entry,
  { now, because }: { now: number; because?: PeerReason },
): void {
  const { identity, participantSid, pageLeftAt, lastProofAt } = entry.watch;
  const state = entry.gone ? 'left' : entry.watch.state;
  const reason = because ?? (state !== 'present' && pageLeftAt !== null ? 'closed_page' : undefined);
  send(registry, entry, {
    type: 'peer_state',
    identity,
    participantSid,
    state,
    at: new Date(now).toISOString(),
    ...(reason === undefined ? {} : { reason }),
    ...(lastProofAt > 0 ? { lastProofAt: new Date(lastProofAt).toISOString() } : {}),
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
