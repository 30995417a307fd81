import type { Sight } from '@latido/core';
import { pageLeftOf } from '@latido/core';
import type { Hints } from '../platform/index.ts';
import { proofsOf } from './detector.ts';
import type { Entry } from './entry.ts';
import { tellMedia } from './peers.ts';
import { change } from './registry.ts';
import type { Registry } from './registry.ts';
import type { FactWriter } from './fact-writer.ts';

/** A socket of this node speaks for a sid now. Payload: JSON of {@link Here}. */
const HERE_HINT = 'presence.here';
/** Some people are in doubt: who of the others in these rooms sees them? Payload: JSON of {@link Asked}. */
const WHO_SEES_HINT = 'presence.who_sees';
/** What the others in the room, on the sending node, see of somebody. Payload: JSON of {@link Seen}. */
const SEEN_HINT = 'presence.seen';
/** Whether somebody's media arrives, as the node that hears them judged. Payload: JSON of {@link Media}. */
const MEDIA_HINT = 'presence.media';

interface Here {
  readonly node: string;
  readonly sid: string;
}

interface Asked {
  readonly node: string;
  readonly rooms: readonly string[];
}

/** Ages instead of instants: the clocks of two nodes differ by more than beats do. */
interface Seen {
  readonly node: string;
  readonly sid: string;
  readonly seenAgoMs: number | null;
  /** When that was by the sender's own clock: no instant here, but the name of the packet that came last. */
  readonly seenMark?: number | null;
  readonly reportedAgoMs: number | null;
  readonly expected: boolean;
  readonly expectedAgoMs: number | null;
  readonly goneAgoMs: number | null;
  readonly goneReason: string | null;
}

interface Media {
  readonly node: string;
  readonly sid: string;
  readonly frozen: { readonly agoMs: number; readonly paused: boolean } | null;
}

/** How long an asking holds, and how often it is repeated while somebody is in doubt. */
const ASKED_FOR_MS = 15_000;
const ASK_AGAIN_AFTER_MS = 5_000;
/** Of whom nothing has come for so long their node is told unasked. */
const QUIET_AFTER_MS = 1_000;

/** What telling between nodes works on. */
export interface BetweenDeps {
  readonly hints: Hints;
  readonly now: () => number;
  readonly registry: Registry;
  readonly factWriter: FactWriter;
  /** Judge now. */
  readonly poke: () => void;
}

/**
 * Two people of one call may be on two nodes, and a socket that was cut may come back to another one. Each is judged
 * where their socket is: that node has to know what the partner's eyes see on the other node, and that a socket has
 * gone over there. A lost hint costs a scare, as silence does; proofs and facts go by the log.
 */
export class BetweenNodes {
  readonly #deps: BetweenDeps;
  readonly #stop: readonly (() => void)[];
  /** Until when the node of somebody in this room wants to be told. */
  readonly #wanted = new Map<string, number>();
  readonly #askedAt = new Map<string, number>();
  /** Which packet of somebody another node has told of last. */
  readonly #marks = new WeakMap<Entry, string>();

  constructor(deps: BetweenDeps) {
    this.#deps = deps;
    const { hints } = deps;
    const hear = <T extends { node: string }>(topic: string, take: (said: T) => void): (() => void) =>
      hints.subscribe(topic, (payload) => {
        const said = JSON.parse(payload) as T;
        if (said.node !== hints.node) take(said);
      });
    this.#stop = [
      hear<Here>(HERE_HINT, ({ sid }) => this.#handOver(sid)),
      hear<Asked>(WHO_SEES_HINT, (asked) => this.#answer(asked)),
      hear<Seen>(SEEN_HINT, (seen) => this.#take(seen)),
      hear<Media>(MEDIA_HINT, (media) => this.#takeMedia(media)),
    ];
  }

  /** A new socket speaks for somebody here: a node that had one lets go of it, and judges them no more. */
  here(entry: Entry): void {
    const said: Here = { node: this.#deps.hints.node, sid: entry.watch.participantSid };
    this.#deps.hints.publish(HERE_HINT, JSON.stringify(said));
  }

  /** The eyes of somebody here have reported on somebody; told to the node of the latter if it has asked. */
  seen(entry: Entry): void {
    if (entry.own) return;
    const { roomName, sight } = entry.watch;
    const now = this.#deps.now();
    // Nobody doubts them, and nothing of theirs comes: that is for their node to judge.
    const isQuiet = sight.expected && sight.seenAt !== null && now - sight.seenAt >= QUIET_AFTER_MS;
    if (isQuiet) this.#wanted.set(roomName, now + ASKED_FOR_MS);
    if ((this.#wanted.get(roomName) ?? 0) > now) this.#tell(entry);
  }

  /** LiveKit has told somebody here that another one is gone: their node must know at once. */
  gone(entry: Entry): void {
    if (!entry.own) this.#tell(entry);
  }

  /** What is thought of the media of somebody here: told on the nodes of the others in the room. */
  media({ watch }: Entry): void {
    const { hints, registry, now } = this.#deps;
    const { participantSid: sid, roomName, frozen } = watch;
    if (registry.inRoom(roomName).every(({ own }) => own)) return;
    const said = frozen && { agoMs: now() - frozen.fromAt, paused: frozen.paused };
    hints.publish(MEDIA_HINT, JSON.stringify({ node: hints.node, sid, frozen: said } satisfies Media));
  }

  /** Asks about the rooms in which somebody of this node is in doubt. */
  look(): void {
    const { registry, hints, now: timeOf } = this.#deps;
    const now = timeOf();
    const rooms = new Set<string>();
    for (const { own, gone, watch } of registry.allNow())
      if (watch.state !== 'present' && own && !gone) rooms.add(watch.roomName);
    for (const roomName of this.#askedAt.keys()) if (!rooms.has(roomName)) this.#askedAt.delete(roomName);
    const due = [...rooms].filter(
      (roomName) => now - (this.#askedAt.get(roomName) ?? -Infinity) >= ASK_AGAIN_AFTER_MS,
    );
    for (const roomName of due) this.#askedAt.set(roomName, now);
    if (due.length > 0)
      hints.publish(WHO_SEES_HINT, JSON.stringify({ node: hints.node, rooms: due } satisfies Asked));
    for (const [roomName, until] of this.#wanted) if (until <= now) this.#wanted.delete(roomName);
  }

  close(): void {
    for (const stop of this.#stop) stop();
  }

  #handOver(sid: string): void {
    const { registry, factWriter, now } = this.#deps;
    const entry = registry.get(sid);
    if (entry === null || !entry.own) return;
    void factWriter.write(proofsOf(entry, now()));
    // Its own watch knows best since when they were not heard; what comes next is the other node's to note.
    if (pageLeftOf(entry.watch) === null) registry.unpaid.silence(entry, now());
    else registry.unpaid.heardOn(entry, now());
    registry.unpaid.stopped(entry, now());
    entry.link?.replaced();
    entry.link = null;
    entry.own = false;
    // What they say elsewhere is known by the log: silence of theirs here is none.
    change(entry, { socketClosedAt: null, lastBeatAt: null });
  }

  #answer({ rooms }: Asked): void {
    const { registry, now } = this.#deps;
    for (const roomName of rooms) {
      const inside = registry.inRoom(roomName);
      if (!inside.some(({ own }) => own)) continue;
      this.#wanted.set(roomName, now() + ASKED_FOR_MS);
      for (const entry of inside) if (!entry.own && entry.watch.sight.reportedAt !== null) this.#tell(entry);
    }
  }

  #tell({ watch }: Entry): void {
    const { hints, now: timeOf } = this.#deps;
    const now = timeOf();
    const ago = (at: number | null): number | null => (at === null ? null : now - at);
    const { sight, goneAt, goneReason } = watch;
    const said: Seen = {
      node: hints.node,
      sid: watch.participantSid,
      seenAgoMs: ago(sight.seenAt),
      seenMark: sight.seenAt,
      reportedAgoMs: ago(sight.reportedAt),
      expected: sight.expected,
      expectedAgoMs: ago(sight.expectedFrom ?? null),
      goneAgoMs: ago(goneAt),
      goneReason,
    };
    hints.publish(SEEN_HINT, JSON.stringify(said));
  }

  #takeMedia({ sid, frozen }: Media): void {
    const { registry, now: timeOf } = this.#deps;
    const entry = registry.get(sid);
    if (entry === null || entry.own) return;
    const now = timeOf();
    change(entry, { frozen: frozen && { fromAt: now - frozen.agoMs, paused: frozen.paused } });
    tellMedia(registry, entry, now);
  }

  /** A hint that was longer on its way than the one before would make the same packet a newer one: a picture that stands came back. */
  #isSamePacket(entry: Entry, { node, seenMark = null }: Seen): boolean {
    if (seenMark === null) return false;
    const mark = `${node} ${seenMark}`;
    const isSame = this.#marks.get(entry) === mark;
    this.#marks.set(entry, mark);
    return isSame;
  }

  #take(said: Seen): void {
    const { registry, now: timeOf, poke } = this.#deps;
    const entry = registry.get(said.sid);
    if (entry === null || !entry.own) return;
    const now = timeOf();
    const at = (agoMs: number | null): number | null => (agoMs === null ? null : now - agoMs);
    const sight: Sight = {
      seenAt: this.#isSamePacket(entry, said) ? entry.watch.sight.seenAt : at(said.seenAgoMs),
      reportedAt: at(said.reportedAgoMs),
      expected: said.expected,
      expectedFrom: at(said.expectedAgoMs),
    };
    if ((sight.reportedAt ?? -Infinity) > (entry.watch.sight.reportedAt ?? -Infinity))
      change(entry, { sight });
    const goneAt = at(said.goneAgoMs);
    if (goneAt === null || entry.watch.goneAt !== null || isRefuted(goneAt, entry.watch.lastBeatAt)) return;
    change(entry, { goneAt, goneReason: said.goneReason });
    poke();
  }
}

/** LiveKit's word that a sid is gone stands until a beat comes this much later: one may have been on its way. */
const WORD_REFUTED_AFTER_MS = 1_000;

/** Whether a beat has shown that LiveKit's word of somebody's leave is none of this sid's present. */
export function isRefuted(goneAt: number, beatAt: number | null): boolean {
  return beatAt !== null && beatAt - goneAt > WORD_REFUTED_AFTER_MS;
}
