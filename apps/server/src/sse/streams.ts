import type { ServerResponse } from 'node:http';
import { channelOf } from '@latido/protocol';
import type { Endings } from '../access/index.ts';
import type { From } from '../inbox/index.ts';
import { chance, problem, type Clock, type Log, type TimerHandle } from '../platform/index.ts';
import type { DoorFigure, DropReason, Hub } from '../realtime/index.ts';
import { Stream } from './stream.ts';
import type { Owner } from './tickets.ts';

const BEAT_EVERY_MS = 15_000;
/** Tabs and devices of one person; beyond it somebody opens streams in a loop. */
const OF_ONE_PERSON_MAX = 20;

export interface StreamsDeps {
  readonly hub: Hub;
  readonly clock: Clock;
  readonly log: Log;
  readonly endings: Pick<Endings, 'isEnded' | 'subscribe'>;
}

/** The streams that are open on this node. */
export class Streams {
  readonly #deps: StreamsDeps;
  readonly #open = new Map<string, Set<Stream>>();
  readonly #unsubscribe: readonly (() => unknown)[];
  readonly #figure: DoorFigure;
  #beat: TimerHandle | undefined;

  constructor(deps: StreamsDeps) {
    this.#deps = deps;
    this.#figure = deps.hub.figures.of('sse');
    this.#figure.connections = () => this.count;
    this.#unsubscribe = [
      deps.endings.subscribe(() =>
        this.#drop('session_ended', (stream) => deps.endings.isEnded(stream.owner)),
      ),
      deps.hub.onTerminate((userId) =>
        this.#drop('terminated', (stream) => stream.owner.personId === userId),
      ),
    ];
  }

  get count(): number {
    return [...this.#open.values()].reduce((sum, { size }) => sum + size, 0);
  }

  /** @throws AppError when this person has too many open, or their session has ended */
  admit(owner: Owner): void {
    if (this.#deps.endings.isEnded(owner))
      throw problem('auth.required', 'Your session has ended. Sign in again.');
    if ((this.#open.get(owner.personId)?.size ?? 0) < OF_ONE_PERSON_MAX) return;
    throw problem('request.rate_limited', `You have ${OF_ONE_PERSON_MAX} streams open already: close some.`);
  }

  /**
   * Serves an inbox over an answer whose headers are sent, until either side ends it. What cannot be read now ends the
   * stream, and the client comes back.
   */
  async serve(
    response: ServerResponse,
    { owner, from, live = false }: { owner: Owner; from: From; live?: boolean },
  ): Promise<void> {
    const { hub, clock, log } = this.#deps;
    const stream = new Stream({
      socketId: `sse.${chance(20)}`,
      owner,
      response,
      now: clock.monotonic(),
      figure: this.#figure,
    });
    this.#add(stream);
    response.on('error', () => response.destroy());
    response.on('close', () => this.#gone(stream));
    try {
      await hub.joinInbox(stream, {
        name: channelOf.inbox(owner.personId),
        recipientId: owner.personId,
        from,
        joined: () => stream.open(),
        deliver: (notices) => stream.notices(notices),
        lost: (cursor) => stream.lost(cursor),
      });
      if (live) await this.#joinLive(stream);
    } catch (error) {
      log.warn({ err: error }, 'an inbox could not be streamed');
      stream.end();
    }
  }

  /** What is live about the person and kept nowhere. */
  async #joinLive(stream: Stream): Promise<void> {
    const nothing = (): void => undefined;
    const name = channelOf.user(stream.owner.personId);
    await this.#deps.hub.join(stream, { name, member: null, joined: nothing, full: nothing });
  }

  /** Ends them all; clients come back after the time that each was told. */
  endAll(): void {
    this.#end(() => true);
  }

  close(): void {
    for (const stop of this.#unsubscribe) stop();
    if (this.#beat !== undefined) this.#deps.clock.clearTimeout(this.#beat);
    this.endAll();
  }

  #add(stream: Stream): void {
    const { personId } = stream.owner;
    this.#open.set(personId, (this.#open.get(personId) ?? new Set()).add(stream));
    if (this.#beat === undefined) this.#beatLater();
  }

  #gone(stream: Stream): void {
    const { personId } = stream.owner;
    const ofPerson = this.#open.get(personId);
    ofPerson?.delete(stream);
    if (ofPerson?.size === 0) this.#open.delete(personId);
    for (const name of stream.channels) this.#deps.hub.leave(stream, name);
  }

  #drop(reason: DropReason, isOver: (stream: Stream) => boolean): void {
    this.#end((stream) => {
      if (!isOver(stream)) return false;
      this.#figure.dropped(reason);
      return true;
    });
  }

  #end(isOver: (stream: Stream) => boolean): void {
    for (const streams of this.#open.values()) {
      for (const stream of streams) if (isOver(stream)) stream.end();
    }
  }

  #beatLater(): void {
    const { clock } = this.#deps;
    this.#beat = clock.setTimeout(() => {
      this.#beat = undefined;
      const now = clock.monotonic();
      this.#end((stream) => stream.endsAt <= now);
      for (const streams of this.#open.values()) for (const stream of streams) stream.beat();
      if (this.#open.size > 0) this.#beatLater();
    }, BEAT_EVERY_MS);
  }
}
