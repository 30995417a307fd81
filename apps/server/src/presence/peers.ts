import { pageLeftOf, type WatchState } from '@latido/core';
import type { AwayReason, PeerReason, PresenceDown } from '@latido/protocol';
import type { Entry, Link } from './entry.ts';
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
  const { identity, participantSid, lastProofAt } = entry.watch;
  const state = entry.gone ? 'left' : entry.watch.state;
  const reason = because ?? reasonOf(entry, state);
  const message = {
    type: 'peer_state',
    identity,
    participantSid,
    state,
    at: new Date(now).toISOString(),
    ...(reason === undefined ? {} : { reason }),
    ...(lastProofAt > 0 ? { lastProofAt: new Date(lastProofAt).toISOString() } : {}),
  } as const;
  for (const link of linksOfOthers(registry, entry)) link.send(message);
}

/** Tells everybody in the room, themselves as well, whether somebody's picture and sound arrive (PRES-F12). */
export function tellMedia(registry: Registry, entry: Entry, now: number): void {
  const message = mediaStateOf(entry, now);
  for (const { link } of registry.inRoom(entry.watch.roomName)) link?.send(message);
}

/** Tells a page that has just come of those whose picture and sound do not arrive. */
export function tellFrozen(
  registry: Registry,
  link: Link,
  { roomName, now }: { roomName: string; now: number },
): void {
  if (registry.sizeOf(roomName) > TRACED_ROOM_MAX) return;
  for (const entry of registry.inRoom(roomName)) {
    const { frozen, followed } = entry.watch;
    if (frozen !== null && followed !== 'named' && !entry.gone) link.send(mediaStateOf(entry, now));
  }
}

function mediaStateOf({ watch: { identity, participantSid, frozen } }: Entry, now: number): PresenceDown {
  const [arrives, paused] = [frozen === null, frozen?.paused ?? false];
  return { type: 'media_state', identity, participantSid, arrives, paused, at: new Date(now).toISOString() };
}

/** Whom we merely ask after has no reason yet, unless their page said that it goes. */
function reasonOf({ watch, away }: Entry, state: WatchState | 'left'): AwayReason | undefined {
  if (state === 'present') return undefined;
  if (pageLeftOf(watch) !== null) return 'closed_page';
  return state === 'suspected' ? undefined : (away ?? undefined);
}

/** Passes one beat on to the others in the room, each with the answer to their own next beat. */
export function tracePeers(entry: Entry, now: number): void {
  const { identity } = entry.watch;
  const { inside } = entry;
  if (inside === null || inside.size > TRACED_ROOM_MAX) return;
  for (const { link, watch } of inside) if (watch.identity !== identity) link?.trace(entry.watch, now);
}

function linksOfOthers(registry: Registry, about: Entry): Set<Link> {
  const links = new Set<Link>();
  for (const { link, watch } of registry.inRoom(about.watch.roomName))
    if (link !== null && watch.identity !== about.watch.identity) links.add(link);
  return links;
}
