import type { Interval, Sight, Watch } from '@latido/core';
import { FREE_BEAT_EVERY_MS, PAID_BEAT_EVERY_MS, pageLeftOf } from '@latido/core';
import type { Entry, Link, Place } from './entry.ts';
import { change, newEntry } from './entry.ts';
import { enter, leave } from './entry-sets.ts';
import { Seats } from './seats.ts';
import { TICKET_TTL_MS } from './tickets.ts';
import { UnpaidTimes } from './unpaid-times.ts';

export { change } from './entry.ts';

/** A socket that nobody else confirms is forgotten after this long without a beat. */
const UNCONFIRMED_FOR_MS = 30_000;
const NOBODY: ReadonlySet<Entry> = new Set();

/** The rooms in which this node knows somebody. */
export type KnownRooms = Pick<ReadonlySet<string>, 'has' | 'keys'>;

/** Everybody who has not left, as this node knows them: its own sockets, and what the database says of the rest. */
export class Registry {
  readonly #entries = new Map<string, Entry>();
  readonly #rooms = new Map<string, Set<Entry>>();
  readonly #seats = new Seats();
  /** What those whom this node heard had unpaid, and what others say of theirs. */
  readonly unpaid = new UnpaidTimes(this.#seats);

  /** Whose the sids were that have left, and until when that is remembered. */
  readonly #departed = new Map<
    string,
    { readonly of: Pick<Watch, 'identity' | 'roomName'>; until: number }
  >();

  get size(): number {
    return this.#entries.size;
  }

  get(participantSid: string): Entry | null {
    return this.#entries.get(participantSid) ?? null;
  }

  all(): Entry[] {
    return [...this.#entries.values()];
  }

  /** The same, for who is done with it before anybody comes or goes: not copied. */
  allNow(): Iterable<Entry> {
    return this.#entries.values();
  }

  /** What the detector knows of some. */
  watches(which: (entry: Entry) => boolean): Watch[] {
    return this.all().flatMap((entry) => (which(entry) ? [entry.watch] : []));
  }

  /** Whether there is anybody of whom this is true: looked at in place. */
  some(is: (entry: Entry) => boolean): boolean {
    for (const entry of this.#entries.values()) if (is(entry)) return true;
    return false;
  }

  inRoom(roomName: string): Entry[] {
    return [...this.insideNow(roomName)];
  }

  /** The same, for who is done with it before anybody comes or goes: not copied. */
  insideNow(roomName: string): ReadonlySet<Entry> {
    return this.#rooms.get(roomName) ?? NOBODY;
  }

  /** How many sids are in a room. */
  sizeOf(roomName: string): number {
    return this.insideNow(roomName).size;
  }

  /** The rooms with somebody in them: those that there are now, not copied. */
  rooms(): KnownRooms {
    return this.#rooms;
  }

  remove(participantSid: string): void {
    const entry = this.#entries.get(participantSid);
    if (entry === undefined) return;
    this.#entries.delete(participantSid);
    entry.inside = null;
    leave(this.#rooms, entry.watch.roomName, entry);
    this.#seats.leave(entry.watch, entry);
  }

  #add(entry: Entry): void {
    const { participantSid, roomName } = entry.watch;
    this.#entries.set(participantSid, entry);
    entry.inside = enter(this.#rooms, roomName, entry);
    this.#seats.enter(entry.watch, entry);
    change(entry, this.unpaid.of(entry.watch));
  }

  /** The entry of a sid that a socket speaks for; null when the sid is somebody else's. */
  attach(place: Place, { link, now }: { link: Link; now: number }): Entry | null {
    const had = this.#entries.get(place.participantSid);
    const owner = had?.watch ?? this.#departed.get(place.participantSid)?.of ?? place;
    if (owner.identity !== place.identity || owner.roomName !== place.roomName) return null;
    const entry = had ?? newEntry(place, now);
    if (had === undefined) this.#add(entry);
    if (entry.link !== link) {
      entry.link?.replaced();
      entry.link = link;
      change(entry, { socketClosedAt: null, beatEveryMs: place.beatEveryMs });
    }
    if (entry.watch.roomSid === '') change(entry, { roomSid: place.roomSid });
    entry.own = true;
    return entry;
  }

  /** Takes over what the database says of everybody, or of `asked`. Returns the entries that have left by it. */
  load(intervals: readonly Interval[], { now, asked }: { now: number; asked?: readonly string[] }): Entry[] {
    const open = new Map(intervals.map((interval) => [interval.participantSid, interval]));
    const left: Entry[] = [];
    const inQuestion = asked?.flatMap((sid) => this.get(sid) ?? []) ?? this.all();
    for (const entry of inQuestion) {
      const alone =
        !entry.known && now - Math.max(entry.metAt, entry.watch.lastBeatAt ?? 0) < UNCONFIRMED_FOR_MS;
      if (open.has(entry.watch.participantSid) || alone) continue;
      // What was silent after they said that they go is none: a reload. Unless they were there still.
      if (pageLeftOf(entry.watch) === null) this.unpaid.silence(entry, now);
      else this.unpaid.heardOn(entry, now);
      this.unpaid.stopped(entry, now);
      this.remove(entry.watch.participantSid);
      // What a browser alone said of a sid makes it nobody's.
      if (entry.named) this.#noteDeparted(entry, now);
      left.push(entry);
    }
    if (asked === undefined) this.#forgetOld(now);
    for (const interval of intervals) this.#take(interval, now);
    return left;
  }

  #noteDeparted({ watch: { participantSid, identity, roomName } }: Entry, now: number): void {
    this.#departed.set(participantSid, { of: { identity, roomName }, until: now + TICKET_TTL_MS });
  }

  #forgetOld(now: number): void {
    for (const [sid, { until }] of this.#departed) if (until <= now) this.#departed.delete(sid);
    this.unpaid.forgetOld(now);
  }

  #take(interval: Interval, now: number): void {
    const had = this.#entries.get(interval.participantSid);
    const entry = had ?? newEntry(placeOf(interval), now);
    if (had === undefined) {
      this.#add(entry);
      // A doubt of before our start: only proof that is newer than what it was built on clears it.
      if (interval.state === 'suspected' || interval.state === 'unreachable') {
        change(entry, { state: interval.state, suspectedAt: interval.lastProofAt });
      }
      const unpaid = interval.unpaid.at(-1);
      if (unpaid?.[1] === null) change(entry, { frozen: { fromAt: unpaid[0], paused: true } });
    }
    const isNew = !entry.known || entry.joinedAt !== interval.joinedAt || (interval.named && !entry.named);
    entry.known = true;
    entry.named ||= interval.named;
    entry.listed ||= interval.listed;
    entry.joinedAt = interval.joinedAt;
    const { watch } = entry;
    // Whoever speaks for a sid of somebody else is not heard any more.
    if (watch.identity !== interval.identity && entry.link !== null) {
      entry.link.replaced();
      entry.link = null;
    }
    if (watch.identity !== interval.identity) this.#reseat(entry, interval.identity);
    if (watch.pageLeftAt === null && interval.leftAt !== null) this.unpaid.silence(entry, now);
    change(entry, {
      identity: interval.identity,
      roomSid: interval.roomSid,
      callId: interval.callId ?? watch.callId,
      beating: watch.beating || interval.beating,
      lastProofAt: Math.max(watch.lastProofAt, interval.lastProofAt),
      // LiveKit cuts its seconds: the whole wait for a reload counts from the latest instant that it may mean.
      pageLeftAt:
        watch.pageLeftAt ?? (interval.leftAt && Math.min(now, interval.leftAtMax ?? interval.leftAt)),
    });
    if (isNew) this.markFollowed(entry);
    if (had !== undefined && !entry.own) this.#believe(entry, interval);
  }

  #reseat(entry: Entry, identity: string): void {
    this.#seats.leave(entry.watch, entry);
    this.#seats.enter({ roomName: entry.watch.roomName, identity }, entry);
  }

  /** Who is heard on another node is judged there: its verdicts come by the log. What this node found itself stands. */
  #believe(entry: Entry, { state, lastProofAt }: Interval): void {
    const { watch } = entry;
    if (watch.state === 'present' && (state === 'suspected' || state === 'unreachable')) {
      change(entry, { state, suspectedAt: lastProofAt });
    } else if (
      watch.state !== 'present' &&
      state === 'present' &&
      lastProofAt > (watch.suspectedAt ?? Infinity)
    ) {
      change(entry, { state, suspectedAt: null });
    }
  }

  /**
   * Of the sids of one identity in a room those are followed that joined before the newest that LiveKit has named, and for a
   * moment before the newest that beats: it may be invented (PRES-R20). A page that was replaced may go on speaking for its old
   * sid, and is nobody's successor for that.
   */
  markFollowed({ watch }: Entry): void {
    const same = this.#seats.of(watch);
    const newest = (is: (one: Entry) => boolean): number =>
      Math.max(...same.filter(is).map(({ joinedAt }) => joinedAt));
    const namedAt = newest(({ named }) => named);
    const saidAt = newest((one) => one.known || one.watch.lastBeatAt !== null);
    for (const one of same) {
      const isSaid = one.joinedAt < saidAt ? 'said' : null;
      change(one, { followed: one.joinedAt < namedAt ? 'named' : isSaid });
    }
  }
}

type InPlace<T> = { -readonly [Key in keyof T]: T[Key] };

/**
 * A beat of a connected Room has come. It brings nothing into question, so the detector need not look again; written field by
 * field, since this is done thousands of times a second.
 */
export function noteBeat(entry: Entry, { at, goneAt }: { at: number; goneAt: number | null }): void {
  const watch: InPlace<Watch> = entry.watch;
  watch.beating = true;
  watch.lastBeatAt = at;
  if (at > watch.lastProofAt) watch.lastProofAt = at;
  watch.roomLostAt = null;
  watch.pageLeftAt = null;
  watch.absent = null;
  watch.goneAt = goneAt;
}

/** The partner's eyes have reported, and what they prove by it. In place, too: a new object at each beat lives until the next. */
export function noteSight(entry: Entry, { sight, provedAt }: { sight: Sight; provedAt: number }): void {
  const watch: InPlace<Watch> = entry.watch;
  const own: InPlace<Sight> = watch.sight;
  // From its first picture on somebody's media is judged.
  if (own.seenAt === null) entry.easeUntil = -Infinity;
  own.seenAt = sight.seenAt;
  own.reportedAt = sight.reportedAt;
  own.expected = sight.expected;
  own.expectedFrom = sight.expectedFrom ?? null;
  if (provedAt > watch.lastProofAt) watch.lastProofAt = provedAt;
}

function placeOf(interval: Interval): Place {
  const { participantSid, identity, roomName, roomSid, callId } = interval;
  const beatEveryMs = callId === null ? FREE_BEAT_EVERY_MS : PAID_BEAT_EVERY_MS;
  return { participantSid, identity, roomName, roomSid, callId, beatEveryMs };
}
