import type { Duplex } from 'node:stream';
import type { NewFact } from '@latido/core';
import { NEW_EYES_MS, PAGE_GOES_MS, personOfIdentity, SEEN_IS_PAID_MS } from '@latido/core';
import type { PartnerSight, PresenceDown, PresenceUp } from '@latido/protocol';
import { SOCKET_REPLACED } from '@latido/protocol';
import type { WebSocket } from 'ws';
import { isRefuted, type BetweenNodes } from './between-nodes.ts';
import { proofsOf, type Detector } from './detector.ts';
import type { Entry, Link, Place, Traced } from './entry.ts';
import { factOf } from './entry.ts';
import { tellFrozen, tellHangUp, tracePeers } from './peers.ts';
import { change, noteBeat, noteSight } from './registry.ts';
import type { Registry } from './registry.ts';
import { messageOf, storable } from './said.ts';
import { textFrames } from './text-frames.ts';
import type { FactWriter } from './fact-writer.ts';
import type { TicketClaims } from './tickets.ts';
import { Traces } from './traces.ts';

type Said<T extends PresenceUp['type']> = Extract<PresenceUp, { type: T }>;

/** What a connection works on. */
export interface ConnectionDeps {
  readonly id: string;
  readonly now: () => number;
  readonly registry: Registry;
  readonly factWriter: FactWriter;
  readonly detector: Detector;
  readonly between: BetweenNodes;
  readonly beatEveryMs: number;
  /** What the socket writes to. */
  readonly stream: Duplex | undefined;
  /** The token with which the page of a sid may say, once, that it goes. */
  readonly beaconToken: (participantSid: string) => string;
}

/** One presence socket. It decides nothing: what it hears goes to the registry and, as facts, to the log. */
export class Connection implements Link {
  readonly id: string;
  readonly identity: string;
  readonly #socket: WebSocket;
  readonly #stream: Duplex | undefined;
  readonly claims: TicketClaims;
  readonly #deps: ConnectionDeps;
  #entry: Entry | null = null;
  /** Whom its page has told of last. */
  #seen: Entry | null = null;
  #quiet = false;
  /** A newer socket speaks for the sid: what still comes on this one was said before. */
  #replaced = false;
  #heardAt = -Infinity;
  /** Beats of others that wait for the next answer. */
  readonly #traces = new Traces();
  /** Its person is heard here for the first time: that is a change, and goes into the log at once. */
  #owesProof = false;
  /** Since when this page waits for the media of each; long ago for those of whom some has come. */
  readonly #looks = new Map<string, number>();

  constructor(socket: WebSocket, claims: TicketClaims, deps: ConnectionDeps) {
    this.id = deps.id;
    this.identity = claims.identity;
    this.#socket = socket;
    this.#stream = deps.stream;
    this.claims = claims;
    this.#deps = deps;
    socket.on('message', (raw: Buffer, binary) => this.#receive(binary ? null : raw.toString()));
    socket.on('close', (code: number) => (code === SOCKET_REPLACED ? this.#left() : this.#closed()));
    socket.on('error', () => undefined);
  }

  /** Of the sid that it speaks for; null while it speaks for none. */
  get entry(): Entry | null {
    return this.#entry?.link === this ? this.#entry : null;
  }

  send(message: PresenceDown): void {
    if (this.#socket.readyState === this.#socket.OPEN) this.#socket.send(JSON.stringify(message));
  }

  trace(of: Traced, at: number): void {
    this.#traces.add(of, at);
  }

  /** What waits goes out with it, in one write. */
  #acknowledge(n: number): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    const messages = [`{"type":"ack","n":${n}}`];
    this.#traces.moveTo(messages);
    // Half of what a beat costs is this answer. Nothing of ws lies before it: frames are not compressed, and go out as they are sent.
    if (this.#stream === undefined) for (const message of messages) this.#socket.send(message);
    else this.#stream.write(textFrames(messages));
  }

  replaced(): void {
    this.#quiet = true;
    this.#replaced = true;
    this.#socket.close(SOCKET_REPLACED, 'a newer socket speaks for this participant');
  }

  /** Closes because the server goes; nobody is blamed for it. */
  shut(): void {
    this.#quiet = true;
    this.#socket.close(1001, 'the server goes');
  }

  /** The session behind its ticket was ended, or they are no more of the call: nothing more is heard on it, whenever the other side lets go. */
  end(): void {
    this.#closed();
    this.#quiet = true;
    this.#socket.removeAllListeners('message');
    this.#socket.close(4401, 'the session has ended, or you are not in the call');
  }

  /** Asks for a sign of life, if nothing came since an instant. */
  ping(quietSince: number): void {
    if (this.#socket.readyState === this.#socket.OPEN && this.#heardAt < quietSince) this.#socket.ping();
  }

  #receive(text: string | null): void {
    if (this.#replaced) return;
    this.#heardAt = this.#deps.now();
    const message = text === null ? null : messageOf(text);
    if (message === null) {
      this.#socket.close(1007, 'not a message of presence');
      return;
    }
    if (message.type === 'pong') return;
    const entry = this.#attach(message);
    if (entry === null) return;
    if (message.type === 'connected') this.#connected(entry);
    else if (message.type === 'beat') this.#beat(entry, message);
    else if (message.type === 'bye') this.#bye(entry);
    else this.#partnerDisconnected(entry, message);
  }

  #attach({ participantSid, roomSid }: Pick<Said<'connected'>, 'participantSid' | 'roomSid'>): Entry | null {
    const { registry, now, between, beatEveryMs } = this.#deps;
    const { entry } = this;
    // Nearly always it goes on with the same sid.
    const isSame = entry?.watch.participantSid === participantSid && entry.watch.roomSid !== '';
    if (isSame && entry.inside !== null) return entry;
    if (this.#entry !== null && this.#entry.watch.participantSid !== participantSid) this.#letGo(this.#entry);
    const { identity, roomName, callId } = this.claims;
    const place: Place = { participantSid, identity, roomName, roomSid, callId, beatEveryMs };
    const had = registry.get(participantSid);
    const isNew = had?.link !== this;
    const isFirst = had === null || !had.own;
    this.#entry = registry.attach(place, { link: this, now: now() });
    if (this.#entry !== null && isNew) {
      between.here(this.#entry);
      tellFrozen(registry, this, { roomName, now: now() });
      this.send({ type: 'beacon', participantSid, token: this.#deps.beaconToken(participantSid) });
      this.#owesProof = isFirst;
    }
    return this.#entry;
  }

  /** The socket goes on with another sid: after a full reconnect the old one is nobody's. */
  #letGo(entry: Entry): void {
    if (entry.link !== this) return;
    entry.link = null;
    change(entry, { socketClosedAt: this.#deps.now() });
  }

  #connected(entry: Entry): void {
    const now = this.#deps.now();
    this.#prove(entry, now);
    const fact = factOf(entry.watch, { source: 'sdk', type: 'connected', at: now, now });
    this.#write([{ ...fact, sourceEventId: `${entry.watch.participantSid}:connected` }]);
  }

  #beat(entry: Entry, beat: Said<'beat'>): void {
    const { now: timeOf, detector, between } = this.#deps;
    const now = timeOf();
    if (beat.ack !== false) this.#acknowledge(beat.n);
    detector.heard();
    // Any other state proves the browser, not the call.
    if (beat.roomState === 'connected' && !entry.doomed) {
      this.#prove(entry, now);
      tracePeers(entry, now);
    } else if (entry.watch.roomLostAt === null) change(entry, { roomLostAt: now });
    const { ownQuietMs } = beat;
    const ownQuietFrom = ownQuietMs === undefined || ownQuietMs === 0 ? null : now - ownQuietMs;
    if (ownQuietFrom !== entry.watch.ownQuietFrom) change(entry, { ownQuietFrom });
    for (const partner of beat.partners ?? []) {
      const seen = this.#find(partner.participantSid);
      if (seen === null || !isWitness(entry, seen)) continue;
      const { sight } = seen.watch;
      const { packets, expected } = partner;
      const expectedFrom =
        expected && this.#looksLongEnough(partner, now) ? (sight.expectedFrom ?? now) : null;
      // They came at some time since the beat before, so what they prove for certain ends there: a payer who was
      // killed at 59.7 s must not reach 60 s by a count at 60.1 s.
      const provedAt = packets > 0 ? now - this.#deps.beatEveryMs : -Infinity;
      const seenAt = packets > 0 ? now : sight.seenAt;
      noteSight(seen, { sight: { seenAt, reportedAt: now, expected, expectedFrom }, provedAt });
      if (packets > 0) seen.media.add(provedAt);
      between.seen(seen);
    }
  }

  /** Mostly it is the one partner again. */
  #find(participantSid: string): Entry | null {
    const had = this.#seen;
    if (had !== null && had.inside !== null && had.watch.participantSid === participantSid) return had;
    this.#seen = this.#deps.registry.get(participantSid);
    return this.#seen;
  }

  /** A page that was just loaded, or came back, sees nothing for a moment: that freezes nobody. */
  #looksLongEnough({ participantSid, packets }: PartnerSight, now: number): boolean {
    const had = this.#looks.get(participantSid);
    const since = packets > 0 ? -Infinity : (had ?? now);
    if (since !== had) this.#looks.set(participantSid, since);
    return now - since >= NEW_EYES_MS;
  }

  #prove(entry: Entry, now: number): void {
    const { goneAt, lastBeatAt, pageLeftAt } = entry.watch;
    // It was on its way when the page said that it goes.
    if (pageLeftAt !== null && now - pageLeftAt < PAGE_GOES_MS) return;
    // Who was heard elsewhere until now is silent by that node's knowledge (PRES-F35): here it is older.
    const wasHeard = lastBeatAt !== null;
    if (wasHeard && (entry.watch.state !== 'present' || now - lastBeatAt > SEEN_IS_PAID_MS))
      this.#deps.registry.unpaid.silence(entry, now);
    noteBeat(entry, { at: now, goneAt: goneAt !== null && isRefuted(goneAt, now) ? null : goneAt });
    if (lastBeatAt === null) this.#deps.registry.markFollowed(entry);
    entry.gone = false;
    entry.beats.add(now);
    if (this.#owesProof || entry.beats.isBroken) this.#write(proofsOf(entry, now));
    this.#owesProof = false;
  }

  #bye(entry: Entry): void {
    const { now: timeOf, registry } = this.#deps;
    const now = timeOf();
    const { watch } = entry;
    const fact = factOf(watch, { source: 'sdk', type: 'bye', at: now, now });
    registry.unpaid.silence(entry, now);
    entry.gone = true;
    tellHangUp(registry, entry, now);
    this.#write([...proofsOf(entry, now), { ...fact, sourceEventId: `${watch.participantSid}:bye` }]);
  }

  #partnerDisconnected(entry: Entry, { partner }: Said<'partner_disconnected'>): void {
    const { now: timeOf, registry, detector, between } = this.#deps;
    const now = timeOf();
    const { identity, reason } = partner;
    const fact = factOf(entry.watch, { source: 'sdk', type: 'partner_disconnected', at: now, now });
    const sourceEventId = `${entry.watch.participantSid}:partner_disconnected:${partner.participantSid}`;
    const payload = {
      participantSid: partner.participantSid,
      identity: storable(identity),
      reason: storable(reason ?? ''),
    };
    this.#write([{ ...fact, sourceEventId, payload }]);
    const gone = registry.get(partner.participantSid);
    if (gone === null || !isWitness(entry, gone)) return;
    change(gone, { goneAt: now, goneReason: reason ?? null });
    between.gone(gone);
    detector.poke();
  }

  /** Its page has opened another socket and speaks there next: what silence would mean, silence will say. */
  #left(): void {
    if (this.#entry?.link === this) this.#entry.link = null;
  }

  #closed(): void {
    const entry = this.#entry;
    if (this.#quiet || entry === null || entry.link !== this) return;
    const { now: timeOf, detector } = this.#deps;
    const now = timeOf();
    this.#letGo(entry);
    if (entry.gone) return;
    const fact = factOf(entry.watch, { source: 'sdk', type: 'socket_closed', at: now, now });
    this.#write([...proofsOf(entry, now), { ...fact, sourceEventId: `${this.id}:socket_closed` }]);
    detector.poke();
  }

  #write(facts: readonly NewFact[]): void {
    void this.#deps.factWriter.write(facts);
  }
}

/** Whether somebody's eyes count for another one: LiveKit has them in the room as well, and nobody vouches for themselves. */
function isWitness({ watch: own, named, gone }: Entry, { watch: other }: Entry): boolean {
  if (!named || gone) return false;
  if (own.roomName !== other.roomName || own.identity === other.identity) return false;
  const personId = personOfIdentity(own.identity);
  return personId === null || personId !== personOfIdentity(other.identity);
}
