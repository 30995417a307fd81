import type { PartnerSight, PresenceDown, PresenceUp } from '@latido/protocol';
import type { DisconnectReason, RemoteParticipant, Room } from 'livekit-client';
import { openLine, type Line } from './line.ts';
import { watchOwnTransport } from './own-transport.ts';
import { COUNT_AT_MOST_MS, nothingAfter, watchPartners } from './sight.ts';
import { startTicker } from './ticker.ts';

/**
 * A proof of life of somebody else in the call has reached the server: one beat of their trace. Comes as often as they
 * beat; draw it, and decide nothing by its absence: that is what {@link PeerState} is for.
 */
export type PeerBeat = Extract<PresenceDown, { type: 'peer_beat' }>;
/**
 * What the server now thinks of somebody else's presence, told at each change. `suspected`: it is being asked, show nothing
 * loud. `unreachable`: they may come back, the meter rests; show a countdown. `left`: they are gone from the room.
 */
export type PeerState = Extract<PresenceDown, { type: 'peer_state' }>;

/**
 * Whether somebody's picture and sound arrive, told of the others and of oneself at each change. `paused`: the meter rests for
 * it. Say it, and offer to end the call: their page is alive, so that no countdown runs.
 */
export type MediaState = Extract<PresenceDown, { type: 'media_state' }>;

/** Where and how to report. `url`, `ticket` and `beatEveryMs` come with the token of the call. */
export interface PresenceOptions {
  /** Address of the presence socket, `ws(s)://…` or relative to the page. */
  readonly url: string;
  readonly ticket: string;
  readonly beatEveryMs: number;
  /** Where the page's goodbye goes; default `/api/v1/presence/beacon` at the host of `url`. */
  readonly beaconUrl?: string;
  /** Each proof of life of the others, for a trace or a light. */
  readonly onPeerBeat?: (beat: PeerBeat) => void;
  /** Each change of what the server thinks of the others, the earliest news that a partner's browser has died. */
  readonly onPeerState?: (state: PeerState) => void;
  /** Each change of whether media arrives, of the others and of ourselves. */
  readonly onMediaState?: (state: MediaState) => void;
  /** The presence socket opened (true) or closed (false). It is opened again by itself: say so, do not reconnect. */
  readonly onStatus?: (open: boolean) => void;
  /** The server has not answered for some seconds (true), or does so again (false): then it may not hear us either. */
  readonly onQuiet?: (quiet: boolean) => void;
}

/** Our own presence, as it is being told. */
export interface PresenceReporter {
  /** The hang-up button: the call may end at once. Say it before `room.disconnect()`. */
  bye(): Promise<void>;
  /** The server has answered on another way: if the socket is down, open it now instead of when its next try is due. */
  wake(): void;
  /** Stops reporting without a word, e.g. because the room was left otherwise. */
  close(): void;
}

/** Livekit-client's numbers of DisconnectReason, in LiveKit's words. */
const REASONS = [
  'UNKNOWN_REASON',
  'CLIENT_INITIATED',
  'DUPLICATE_IDENTITY',
  'SERVER_SHUTDOWN',
  'PARTICIPANT_REMOVED',
  'ROOM_DELETED',
  'STATE_MISMATCH',
  'JOIN_FAILURE',
  'MIGRATION',
  'SIGNAL_CLOSE',
  'ROOM_CLOSED',
  'USER_UNAVAILABLE',
  'USER_REJECTED',
  'SIP_TRUNK_FAILURE',
  'CONNECTION_TIMEOUT',
  'MEDIA_FAILURE',
];

/**
 * Reports this browser's presence in a room until closed: beats that carry the Room's state and what is seen of the
 * partners, LiveKit's word that a partner has gone, and a goodbye when the page goes.
 *
 * @param room Any Room of livekit-client, connected or about to be.
 */
export function reportPresence(room: Room, options: PresenceOptions): PresenceReporter {
  const look = lookerAt(room);
  const place = placeOf(room);
  const way = { url: options.url, ticket: options.ticket };
  let beacon: { participantSid: string; token: string } | null = null;
  let [beats, arrivedAs, ended] = [0, '', false];

  const say = (message: (where: Where) => PresenceUp): boolean => {
    const where = place.now();
    return !ended && where !== null && line.send(message(where));
  };
  // Said once a sid, by the first beat that gets through: the line may still be down when the Room connects.
  const arrive = (): void => {
    const { sid } = room.localParticipant;
    if (room.state !== 'connected' || sid === arrivedAs) return;
    if (say((where) => ({ type: 'connected', ...where }))) arrivedAs = sid;
  };
  const beat = (seen: Seen = {}): void => {
    arrive();
    line.watch(performance.now());
    const ack = line.wantsAnswer() ? {} : { ack: false };
    say((where) => ({ ...beatOf(room, where), n: beats++, ...ack, ...seen }));
  };
  const onMessage = (message: PresenceDown): void => {
    if (message.type === 'beacon') beacon = message;
    else if (message.type === 'ticket') way.ticket = message.ticket;
    else if (message.type === 'ping') line.send({ type: 'pong' });
    else passOn(message, options);
  };
  const events = { ...tellerOf(options), onOpen: () => beat(), onMessage };
  const line: Line = openLine(() => socketAddress(way), events, options.beatEveryMs);
  const goodbye = ({ persisted }: PageTransitionEvent): void => {
    const where = place.now();
    if (!ended && where !== null && beacon?.participantSid === where.participantSid) {
      navigator.sendBeacon(beaconAddress(options), JSON.stringify({ token: beacon.token, ...where }));
      beacon = null;
    }
    // A beat that follows a goodbye would take it back. Only a page that the browser keeps may come again.
    if (!persisted) fallSilent();
  };

  const unlisten = listen(room, {
    // After a full reconnect the Room says "reconnected" with new sids: a new stay begins.
    arrived: () => void place.refresh().then(() => beat()),
    changed: () => beat(),
    partnerGone: (partner) => void say((where) => ({ type: 'partner_disconnected', ...where, partner })),
    goodbye,
  });
  const ticker = startTicker(options.beatEveryMs, () => void look().then(beat));
  void place.refresh().then(() => beat());
  /** Nothing is said after it, so that a goodbye is the last word while it is still on its way. */
  const fallSilent = (): void => {
    ended = true;
    ticker.stop();
    unlisten();
  };
  return {
    bye: async () => {
      const said = say((where) => ({ type: 'bye', ...where }));
      fallSilent();
      if (said) await line.flushed();
      line.close();
    },
    wake: () => line.wake(),
    close: () => {
      fallSilent();
      line.close();
    },
  };
}

/** What a beat says of media. */
interface Seen {
  readonly partners?: PartnerSight[];
  readonly ownQuietMs?: number;
}

/** Looks at what comes from the others, and whether LiveKit answers us; what takes too long is left out. */
function lookerAt(room: Room): () => Promise<Seen> {
  const [sight, transport] = [watchPartners(room), watchOwnTransport(room)];
  return async () => {
    const own = Promise.race([transport.look().catch(() => undefined), nothingAfter(COUNT_AT_MOST_MS)]);
    const [partners, ownQuietMs] = await Promise.all([sight.look(), own]);
    return { ...(partners ? { partners } : {}), ...(ownQuietMs ? { ownQuietMs } : {}) };
  };
}

/** What the line tells of itself goes to whoever asked for reporting. */
function tellerOf({ onStatus, onQuiet }: PresenceOptions) {
  return {
    onStatus: (open: boolean): void => onStatus?.(open),
    onQuiet: (quiet: boolean): void => onQuiet?.(quiet),
  };
}

function passOn(message: PresenceDown, { onPeerBeat, onPeerState, onMediaState }: PresenceOptions): void {
  if (message.type === 'peer_beat') onPeerBeat?.(message);
  else if (message.type === 'peer_state') onPeerState?.(message);
  else if (message.type === 'media_state') onMediaState?.(message);
}

function beatOf(room: Room, where: Where) {
  const hidden = typeof document !== 'undefined' && document.visibilityState === 'hidden';
  return { type: 'beat' as const, ...where, roomState: room.state, hidden };
}

function goneOf({ sid: participantSid, identity }: RemoteParticipant, reason?: DisconnectReason) {
  const word = reason === undefined ? undefined : REASONS[reason];
  return { participantSid, identity, ...(word ? { reason: word } : {}) };
}

interface Where {
  readonly roomSid: string;
  readonly participantSid: string;
}

/** Where we are: the Room tells its sid by a promise, and both sids change with a full reconnect. */
function placeOf(room: Room): { now(): Where | null; refresh(): Promise<void> } {
  let roomSid = '';
  return {
    now: () => {
      const participantSid = room.localParticipant.sid;
      return participantSid ? { roomSid, participantSid } : null;
    },
    refresh: async () => {
      roomSid = await room.getSid().catch(() => roomSid);
    },
  };
}

interface Listeners {
  arrived(): void;
  changed(): void;
  partnerGone(partner: ReturnType<typeof goneOf>): void;
  goodbye(event: PageTransitionEvent): void;
}

function listen(room: Room, { arrived, changed, partnerGone, goodbye }: Listeners): () => void {
  const gone = (partner: RemoteParticipant, reason?: DisconnectReason): void =>
    partnerGone(goneOf(partner, reason));
  room
    .on('connected', arrived)
    .on('reconnected', arrived)
    .on('connectionStateChanged', changed)
    .on('participantDisconnected', gone);
  globalThis.addEventListener?.('pagehide', goodbye);
  return () => {
    room
      .off('connected', arrived)
      .off('reconnected', arrived)
      .off('connectionStateChanged', changed)
      .off('participantDisconnected', gone);
    globalThis.removeEventListener?.('pagehide', goodbye);
  };
}

function base(): string | undefined {
  return typeof location === 'undefined' ? undefined : location.href;
}

function socketAddress({ url, ticket }: Pick<PresenceOptions, 'url' | 'ticket'>): string {
  const address = new URL(url, base());
  address.protocol = address.protocol.replace(/^http/, 'ws');
  address.searchParams.set('ticket', ticket);
  return address.href;
}

function beaconAddress({ url, beaconUrl }: PresenceOptions): string {
  const address = new URL(beaconUrl ?? '/api/v1/presence/beacon', new URL(url, base()));
  address.protocol = address.protocol.replace(/^ws/, 'http');
  return address.href;
}
