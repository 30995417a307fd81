import type { Outage, Span, Unpaid, Watch } from '@latido/core';
import { countedOf, heardOnUntil, stillUnpaid, unheardUntil } from '@latido/core';
import { change, type Entry } from './entry.ts';
import { keyOf, personOfSeat, type Seat, type Seats } from './seats.ts';

/** What is known of the unpaid times of a person in a room: one that is over, or that they were shut out for all before. */
export interface UnpaidTime {
  readonly roomName: string;
  readonly person: string;
  readonly kind: keyof Unpaid | 'shut_out';
  readonly fromAt: number;
  readonly toAt: number;
}

/** What the times are noted by. */
export interface Noting {
  /** When this node began to hear, and when LiveKit was away: what is no silence of theirs. */
  readonly circumstances: () => { startedAt: number; outage: Outage | null };
  /** Has the other nodes, and the next start, know it. */
  readonly tell: (time: UnpaidTime) => void;
}

interface Noted {
  readonly kind: keyof Unpaid;
  readonly span: Span | null;
  readonly now: number;
}

interface Times extends Unpaid {
  readonly shutOutAt: number;
}

const NOTHING: Times = { unheard: [], stopped: [], shutOutAt: -Infinity };

/**
 * What people had unpaid, by person and room: neither a new sid, nor an identity of its own for each page, nor another node makes that
 * forgotten (PRES-F22, PRES-F25, PRES-F27, PRES-F35). Whoever heard somebody last notes it, once.
 */
export class UnpaidTimes {
  readonly #seats: Seats;
  readonly #times = new Map<string, Times>();
  #noting: Noting = {
    circumstances: () => ({ startedAt: -Infinity, outage: null }),
    tell: () => undefined,
  };

  constructor(seats: Seats) {
    this.#seats = seats;
  }

  noteBy(noting: Noting): void {
    this.#noting = noting;
  }

  /** What its person had unpaid before whoever sits down on it now. */
  of(seat: Seat): Unpaid {
    const { unheard, stopped } = this.#of(keyOf(seat.roomName, personOfSeat(seat)));
    return { unheard, stopped };
  }

  /**
   * A silence of somebody is over, by a beat, by their word that they go, by their leaving or by a socket at another node: it counts beside
   * the next ones, of their person's next sid as well.
   */
  silence({ watch, own }: Entry, now: number): void {
    if (own) this.#note(watch, { kind: 'unheard', span: unheardUntil(watch, now), now });
  }

  /** Who had said that they go has left now, or their socket is at another node. */
  heardOn({ watch, own }: Entry, now: number): void {
    if (own) this.#note(watch, { kind: 'unheard', span: heardOnUntil(watch), now });
  }

  /** A time in which their media was unpaid is over, in the same ways (PRES-F25). */
  stopped({ watch, own }: Entry, now: number): void {
    const { frozen, callId } = watch;
    if (own && frozen?.paused === true && callId !== null)
      this.#note(watch, { kind: 'stopped', span: [frozen.fromAt, now], now });
  }

  /** They have been shut out for all of it. */
  shutOut({ watch }: Entry, now: number): void {
    const time = { ...placeOf(watch), kind: 'shut_out', fromAt: now, toAt: now } as const;
    this.take([time], now);
    this.#noting.tell(time);
  }

  /** Adds what was noted, here or elsewhere; what is known already changes nothing. */
  take(times: readonly UnpaidTime[], now: number): void {
    const changed = new Map<string, UnpaidTime>();
    for (const time of times) {
      const key = keyOf(time.roomName, time.person);
      const before = this.#of(key);
      const after = withTime(before, time, now);
      if (after === before) continue;
      this.#times.set(key, after);
      changed.set(key, time);
    }
    for (const [key, { roomName, person }] of changed) {
      const { unheard, stopped } = this.#of(key);
      for (const one of this.#seats.ofPerson(roomName, person)) change(one, { unheard, stopped });
    }
  }

  /** What was unpaid long ago is nobody's any more. */
  forgetOld(now: number): void {
    for (const [key, times] of this.#times) if (isOld(times, now)) this.#times.delete(key);
  }

  #of(key: string): Times {
    return this.#times.get(key) ?? NOTHING;
  }

  #note(watch: Watch, { kind, span, now }: Noted): void {
    if (span === null || (watch.shutOutAt ?? -Infinity) >= span[0]) return;
    const counted = countedOf(kind, span, this.#noting.circumstances());
    if (counted === null) return;
    const [fromAt, toAt] = counted;
    const time = { ...placeOf(watch), kind, fromAt, toAt };
    this.take([time], now);
    this.#noting.tell(time);
  }
}

function withTime(before: Times, { kind, fromAt, toAt }: UnpaidTime, now: number): Times {
  if (kind === 'shut_out') {
    if (fromAt <= before.shutOutAt) return before;
    const later = (spans: readonly Span[]): readonly Span[] => spans.filter(([from]) => from > fromAt);
    return { unheard: later(before.unheard), stopped: later(before.stopped), shutOutAt: fromAt };
  }
  const isKnown = before[kind].some(([from, to]) => from === fromAt && to >= toAt);
  if (fromAt <= before.shutOutAt || isKnown) return before;
  const more = { ...before, [kind]: [...before[kind], [fromAt, toAt]] };
  const still = { ...more, ...stillUnpaid(more, now) };
  // One that counts no more is no news.
  return still[kind].some(([from]) => from === fromAt) ? still : before;
}

function isOld(times: Times, now: number): boolean {
  const { unheard, stopped } = stillUnpaid(
    { unheard: [], stopped: [[times.shutOutAt, times.shutOutAt]] },
    now,
  );
  const still = stillUnpaid(times, now);
  return [unheard, stopped, still.unheard, still.stopped].every((spans) => spans.length === 0);
}

function placeOf(seat: Seat): { roomName: string; person: string } {
  return { roomName: seat.roomName, person: personOfSeat(seat) };
}
