import type { NewFact, Span, Watch } from '@latido/core';
import type { AwayReason } from '@latido/protocol';
import { NO_SIGHT, unreachableAfterMs } from '@latido/core';

/** What an entry needs of the socket that speaks for it. */
export interface Link {
  readonly id: string;
  readonly identity: string;
  /** Closed by the server because a newer socket speaks for the sid: its close means nothing. */
  replaced(): void;
  send(message: object): void;
  /** A beat of somebody else: sent with the answer to this one's next beat, since every write to a socket costs. */
  trace(of: Traced, at: number): void;
}

/** Who has beaten. */
export type Traced = Pick<Watch, 'identity' | 'participantSid'>;

/** What is known of one participant sid on this node. Lives from the first word about it until it has left. */
export interface Entry {
  /** One object for as long as it lives, written in place: a new one at each beat was most of what V8 had to collect. */
  readonly watch: Watch;
  /** Until when there is nothing to ask of it, as far as the detector has looked; {@link change} has it look again. */
  easeUntil: number;
  joinedAt: number;
  /** Who is in its room, itself among them; null when the registry does not have it. A beat finds them here, not by the room's name. */
  inside: ReadonlySet<Entry> | null;
  link: Link | null;
  /** Whether this node has heard it; who is heard elsewhere is judged there. */
  own: boolean;
  /** Whether presence.interval has it. */
  known: boolean;
  readonly metAt: number;
  /** When LiveKit's word of it came, as far as is known: our own start does not begin the wait for its lists anew (PRES-F10). */
  toldAt: number;
  /** The detector said left; a newer proof brings it back. */
  gone: boolean;
  /** Why it is not there, once that has been judged. */
  away: AwayReason | null;
  /** Its media server is gone: what it says of its Room is no proof any more. */
  doomed: boolean;
  /** Whether LiveKit has named it at all: until then it is asked, and nothing is paid (PRES-R20). */
  named: boolean;
  /** Whether a list of LiveKit has named it, on whatever node: it is in the LiveKit that we ask. */
  listed: boolean;
  /** Whether a list of ours has said in full who it is. */
  saidWhole: boolean;
  /** When LiveKit was first asked about its room and answered without it; null while every answer was "unknown". */
  unlistedAt: number | null;
  /** The nonce of the beacon token that its page was given last and has not used; null where it has none. */
  beacon: string | null;
  /** When LiveKit last could not say who is in its room. */
  unansweredAt: number;
  beats: Proofs;
  media: Proofs;
}

/** Where somebody is, as far as a first word of them tells. */
export interface Place {
  readonly participantSid: string;
  readonly identity: string;
  readonly roomName: string;
  readonly roomSid: string;
  readonly callId: string | null;
  readonly beatEveryMs: number;
}

/** Makes an entry of which nothing is proved. */
export function newEntry(place: Place, now: number): Entry {
  const watch: Watch = {
    ...place,
    beating: false,
    state: 'present',
    suspectedAt: null,
    lastProofAt: 0,
    lastBeatAt: null,
    roomLostAt: null,
    socketClosedAt: null,
    pageLeftAt: null,
    followed: null,
    goneAt: null,
    goneReason: null,
    sight: { ...NO_SIGHT },
    ownQuietFrom: null,
    frozen: null,
    absent: null,
    listedAt: null,
    shutOutAt: null,
    unheard: [],
    stopped: [],
  };
  const breakMs = unreachableAfterMs(place.beatEveryMs);
  return {
    watch,
    easeUntil: -Infinity,
    joinedAt: now,
    inside: null,
    link: null,
    beacon: null,
    own: false,
    known: false,
    metAt: now,
    toldAt: now,
    gone: false,
    away: null,
    doomed: false,
    named: false,
    listed: false,
    saidWhole: false,
    unlistedAt: null,
    unansweredAt: -Infinity,
    beats: new Proofs('beat', breakMs),
    media: new Proofs('media', breakMs),
  };
}

/** Changes what is known of somebody, for all who hold their watch. */
export function change(entry: Entry, more: Partial<Watch>): void {
  Object.assign(entry.watch, more);
  entry.easeUntil = -Infinity;
}

/** Proofs of life that have not entered the log yet: a stretch is broken where the person was out of reach. */
export class Proofs {
  readonly #via: 'beat' | 'media';
  readonly #breakMs: number;
  #done: Span[] = [];
  #open: [fromAt: number, toAt: number] | null = null;
  #writtenAt = -Infinity;

  constructor(via: 'beat' | 'media', breakMs: number) {
    this.#via = via;
    this.#breakMs = breakMs;
  }

  add(now: number): void {
    if (this.#open !== null && now - this.#open[1] >= this.#breakMs) this.break();
    if (this.#open === null) this.#open = [now, now];
    else this.#open[1] = now;
  }

  break(): void {
    if (this.#open !== null && this.#open[1] > this.#writtenAt) this.#done.push(this.#open);
    this.#open = null;
  }

  /** Whether a stretch has been broken that is not in the log: it is a change, and is told at once. */
  get isBroken(): boolean {
    return this.#done.length > 0;
  }

  /** The stretch that goes on and is not in the log; null where there is none. */
  waiting(): Span | null {
    return this.#open !== null && this.#open[1] > this.#writtenAt ? [...this.#open] : null;
  }

  /** Whether the log has a proof up to this instant. */
  reaches(at: number): boolean {
    return this.#writtenAt >= at;
  }

  /** Takes what waits, as facts. The next ones go on from there. */
  take(watch: Watch, now: number): NewFact[] {
    const spans = [...this.#done];
    if (this.#open !== null && this.#open[1] > this.#writtenAt) spans.push(this.#open);
    this.#done = [];
    this.#writtenAt = Math.max(this.#writtenAt, spans.at(-1)?.[1] ?? -Infinity);
    if (this.#open !== null) this.#open = [this.#open[1], this.#open[1]];
    return spans.map((span) => proofFact(watch, { via: this.#via, span, now }));
  }
}

/** A stretch that is proved, for the log. */
export function proofFact(
  place: Omit<Place, 'beatEveryMs'>,
  { via, span: [fromAt, toAt], now }: { via: 'beat' | 'media'; span: Span; now: number },
): NewFact {
  return {
    ...factOf(place, { source: 'proof', type: 'proof', at: toAt, now }),
    sourceEventId: `${place.participantSid}:${via}:${fromAt}:${toAt}`,
    payload: { fromAt, toAt, via },
  };
}

interface Said {
  readonly source: NewFact['source'];
  readonly type: string;
  readonly at: number;
  readonly now: number;
}

/** A fact about a watched sid; its id names sid, type and instant. */
export function factOf(watch: Omit<Place, 'beatEveryMs'>, { source, type, at, now }: Said): NewFact {
  return {
    source,
    type,
    sourceEventId: `${watch.participantSid}:${type}:${at}`,
    roomName: watch.roomName,
    roomSid: watch.roomSid === '' ? null : watch.roomSid,
    participantSid: watch.participantSid,
    identity: watch.identity,
    callId: watch.callId,
    occurredAt: at,
    receivedAt: now,
    payload: {},
  };
}
