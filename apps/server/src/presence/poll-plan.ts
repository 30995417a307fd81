import type { ListedRoom } from './ports.ts';
import type { KnownRooms } from './registry.ts';

/** Rooms with somebody in doubt. */
const DOUBT_POLL_EVERY_MS = 2_000;
/** Rooms of calls, rooms in which LiveKit counts others than we do; all while LiveKit cannot list its rooms. */
const POLL_EVERY_MS = 10_000;
/** Rooms without a call in which both count the same. */
const QUIET_POLL_EVERY_MS = 30_000;
/** Rooms in which both count the same and everybody is heard: all that a list could add is who has come as another went. */
const HEARD_POLL_EVERY_MS = 60_000;

/** What this node knows of a room. */
export interface KnownRoom {
  /** How many have not left. */
  readonly people: number;
  readonly inDoubt: boolean;
  /** Somebody is in it, and everybody is heard here: LiveKit knows nothing sooner. */
  readonly isHeard: boolean;
}

/** What LiveKit and calls say of all rooms. */
export interface AllRooms {
  /** Null when LiveKit could not tell. */
  readonly listed: readonly ListedRoom[] | null;
  /** Rooms of calls that go on, with the people of the call. */
  readonly open: ReadonlyMap<string, readonly string[]>;
}

/** Which rooms to ask LiveKit about next: the one that has waited longest first, so that none waits for ever. */
export class PollPlan {
  readonly #dueAt = new Map<string, number>();
  readonly #known: (roomName: string) => KnownRoom;
  #counts: ReadonlyMap<string, number> | null = null;
  #open: AllRooms['open'] = new Map();

  constructor(known: (roomName: string) => KnownRoom) {
    this.#known = known;
  }

  /** Before all others. */
  soon(roomName: string): void {
    this.#dueAt.set(roomName, -Infinity);
  }

  /** Takes over what is said of all rooms: where the count differs, the room is asked about now. */
  take({ listed, open }: AllRooms, now: number): void {
    this.#counts = listed === null ? null : new Map(listed.map(({ name, people }) => [name, people]));
    this.#open = open;
    for (const [name, dueAt] of this.#dueAt) {
      if (this.#differs(name)) this.#dueAt.set(name, Math.min(dueAt, now));
    }
  }

  /** The rooms that are due, of those that are known here, those with an open call, and those that LiveKit alone knows. */
  due(known: KnownRooms, now: number): string[] {
    const isPeopled = (name: string): boolean => (this.#counts?.get(name) ?? 0) > 0;
    for (const name of this.#dueAt.keys())
      if (!known.has(name) && !this.#open.has(name) && !isPeopled(name)) this.#dueAt.delete(name);
    // A room that is new here is asked about at once: after a start, nothing is known of it.
    const dueAtOf = (name: string): number => this.#dueAt.get(name) ?? -Infinity;
    // Four times a second, and of thousands few: nothing is made of the others.
    const rooms = new Set<string>();
    for (const name of known.keys()) if (dueAtOf(name) <= now) rooms.add(name);
    for (const name of this.#open.keys()) if (dueAtOf(name) <= now) rooms.add(name);
    for (const [name, people] of this.#counts ?? []) if (people > 0 && dueAtOf(name) <= now) rooms.add(name);
    return [...rooms].toSorted((a, b) => compare(dueAtOf(a), dueAtOf(b)));
  }

  /** Whether the room is asked about from time to time. */
  knows(roomName: string): boolean {
    return this.#dueAt.has(roomName);
  }

  /** Whose the room is, while a call goes on in it; null for one that is no open call's. */
  peopleOf(roomName: string): readonly string[] | null {
    return this.#open.get(roomName) ?? null;
  }

  /** A room is being asked about. */
  asking(roomName: string, now: number): void {
    this.#dueAt.set(roomName, now + POLL_EVERY_MS);
  }

  /** A room was asked about, whatever came of it. */
  asked(roomName: string, now: number): void {
    // Somebody wondered meanwhile.
    if (this.#dueAt.get(roomName) !== -Infinity) this.#dueAt.set(roomName, now + this.#everyMs(roomName));
  }

  #everyMs(name: string): number {
    const { inDoubt, isHeard } = this.#known(name);
    if (inDoubt) return DOUBT_POLL_EVERY_MS;
    const matters = this.#counts === null || (this.#open.has(name) && !isHeard) || this.#differs(name);
    if (matters) return POLL_EVERY_MS;
    return isHeard ? HEARD_POLL_EVERY_MS : QUIET_POLL_EVERY_MS;
  }

  #differs(name: string): boolean {
    return this.#counts !== null && (this.#counts.get(name) ?? 0) !== this.#known(name).people;
  }
}

/** Minus infinity less itself is no number. */
function compare(a: number, b: number): number {
  return a === b ? 0 : a - b;
}
