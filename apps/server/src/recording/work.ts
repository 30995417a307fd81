import { afterBrokenPart, decideRecording, isPersonKind, type RecordingReason } from '@latido/core';
import { channelOf, RECORDING_CHANGED } from '@latido/protocol';
import { callById } from '../calls/index.ts';
import type { DbOrTx } from '../platform/index.ts';
import { intervalsOfCall } from '../presence/index.ts';
import { keyOf } from './files.ts';
import { Parts } from './parts.ts';
import type { Ended, Engine, Files, Recorder, RecordingDeps } from './ports.ts';
import type { RecordingRow } from './store.ts';
import {
  answersOf,
  beat,
  beginPart,
  endedBefore,
  endRecording,
  holdRecording,
  insertPart,
  leaveRecording,
  leftUnwritten,
  markDeleted,
  openRecordings,
  partsOf,
  takeRecording,
} from './store.ts';

/** Word to every node that an open recording wants to be looked at; the payload is the call. */
export const RECORDING_HINT = 'recording.changed';

const BEAT_EVERY_MS = 5_000;
/** A node that was silent for so long is gone; another one goes on with its recordings. */
const NODE_GONE_AFTER_MS = 20_000;
/** A node that ended a recording has written its last part by then. */
export const WRITTEN_WITHIN_MS = 300_000;
/** After each part that broke it waits longer: a media server that starts again needs a moment. */
const AGAIN_AFTER_MS = 2_000;

interface Running {
  readonly recorder: Recorder;
  readonly callId: string;
  readonly n: number;
  beatAt: number;
}

/** The recordings that this node makes, and what becomes of all of them as time goes on. */
export class Recordings {
  readonly engine: Engine;
  readonly files: Files;
  readonly #deps: RecordingDeps;
  readonly #parts: Parts;
  readonly #running = new Map<string, Running>();
  readonly #notBefore = new Map<string, number>();
  /** Those whose last part is being written here. */
  readonly #cutting = new Set<string>();
  readonly #finishing = new Set<Promise<void>>();
  #looking: Promise<void> = Promise.resolve();
  #isEnding = false;
  /** Whether the last look found none open. */
  areNone = false;

  constructor(deps: RecordingDeps, { engine, files }: { engine: Engine; files: Files }) {
    this.#deps = deps;
    this.engine = engine;
    this.files = files;
    this.#parts = new Parts(deps, { engine, files, tell: (callId) => this.tell(callId) });
  }

  /** Looks at every open recording, one look after the other. */
  look(): Promise<void> {
    this.#looking = this.#looking.catch(() => undefined).then(() => this.#lookOnce());
    return this.#looking;
  }

  /** Resolves when what was looked at is done, files and all. */
  async caughtUp(): Promise<void> {
    await this.look();
    await Promise.all(this.#finishing);
    await this.#parts.caughtUp();
  }

  /** Deletes what was kept long enough (REC-8). */
  async expire(): Promise<void> {
    const { db, clock, config } = this.#deps;
    const now = clock.now();
    for (const { id, callId } of await endedBefore(db, new Date(now - config.recordings.keepMs))) {
      await this.remove({ id, callId, by: null });
    }
  }

  /** Deletes one; what is made of it stops (REC-12). */
  async remove({ id, callId, by }: { id: string; callId: string; by: string | null }): Promise<void> {
    const { db } = this.#deps;
    // First what may fail: a bucket that is away leaves it as it was, and whoever asked is told.
    const parts = await partsOf(db, [id]);
    await this.files.removeKept(
      id,
      parts.map(({ n }) => n),
    );
    await markDeleted(db, { id, by, at: new Date(this.#deps.clock.now()) });
    await this.#cut(id);
    await this.files.remove(id);
    this.tell(callId);
  }

  /** Ends one that is open. Returns when it is said; the file follows. */
  async end(
    { id, callId }: { id: string; callId: string },
    how: { as: 'refused' | 'stopped' | 'failed'; reason: RecordingReason },
  ): Promise<boolean> {
    const { db, clock } = this.#deps;
    const endedAt = clock.monotonic();
    const isEnded = await endRecording(db, { id, ...how, at: new Date(clock.now()) });
    // The film ends when it was said, however long it took to write that down.
    void this.#cut(id, clock.monotonic() - endedAt);
    this.tell(callId);
    return isEnded;
  }

  /** Writes down what nobody has: their node went, and they were ended before another one had them. */
  async writeLeft(): Promise<void> {
    const silentSince = new Date(this.#deps.clock.now() - WRITTEN_WITHIN_MS);
    for (const row of await leftUnwritten(this.#deps.db, { silentSince }))
      if (!this.#running.has(row.id) && !this.#cutting.has(row.id)) await this.#parts.endOf(row);
  }

  /** Everybody who has the call open reads the list anew, and every node looks. */
  tell(callId: string): void {
    this.#deps.hub().broadcast(channelOf.callPresence(callId), RECORDING_CHANGED, { callId });
    this.#deps.hints.publish(RECORDING_HINT, callId);
  }

  /** The server ends: files are written, and the next one goes on with another part (REC-14). */
  async letGo(): Promise<void> {
    this.#isEnding = true;
    await this.#looking.catch(() => undefined);
    const { db, hints } = this.#deps;
    const ids = [...this.#running.keys()];
    await Promise.all(ids.map((id) => this.#cut(id)));
    for (const id of ids) await beat(db, { id, node: hints.node, at: null });
    await Promise.all(this.#finishing);
  }

  async #lookOnce(): Promise<void> {
    if (this.#isEnding) return;
    const { db, log, hints } = this.#deps;
    const open = await openRecordings(db);
    this.areNone = open.length === 0;
    // Another node has ended it, or holds it.
    for (const id of this.#running.keys()) {
      const row = open.find((each) => each.id === id);
      if (row?.state !== 'recording')
        void this.#cut(id).then(() => leaveRecording(db, { id, node: hints.node }));
    }
    for (const row of open)
      await this.#step(row).catch((error: unknown) =>
        log.warn({ err: error, recording_id: row.id }, 'a recording is looked at again'),
      );
  }

  async #step(row: RecordingRow): Promise<void> {
    const { db, clock } = this.#deps;
    const call = await callById(db, row.callId);
    const present = await presentIn(db, row.callId);
    const step = decideRecording({
      state: row.state === 'asked' ? 'asked' : 'recording',
      askedAt: row.askedAt.getTime(),
      now: clock.now(),
      answers: new Map((await answersOf(db, [row.id])).map(({ personId, yes }) => [personId, yes])),
      present,
      callIsOver: call === null || call.status === 'ended',
      isBegun: row.startedAt !== null,
      heldAt: row.heldAt?.getTime() ?? null,
      goesOnAt: row.goesOnAt?.getTime() ?? null,
    });
    if (step.do === 'end') await this.end(row, step);
    else if (step.do === 'hold') await this.#hold(row);
    else if (step.do === 'record' && call) {
      const { whom } = step;
      const isAll = present.every((person) => person !== null && whom.includes(person));
      // A part that would hold somebody who has not said yes ends; the next one begins with their yes (REC-3).
      if (this.engine.recordsEverybody === true && !isAll) await this.#cut(row.id);
      else await this.#record(row, { room: call.livekitRoom, whom });
    }
  }

  /** Somebody said no, and others are left: nothing is recorded until who asked has chosen (REC-16). */
  async #hold({ id, callId }: RecordingRow): Promise<void> {
    const { db, clock, hints } = this.#deps;
    if (!(await holdRecording(db, { id, at: new Date(clock.now()) }))) return;
    void this.#cut(id).then(() => leaveRecording(db, { id, node: hints.node }));
    this.tell(callId);
  }

  async #record(row: RecordingRow, { room, whom }: { room: string; whom: readonly string[] }): Promise<void> {
    const { db, clock, hints } = this.#deps;
    const now = clock.now();
    const running = this.#running.get(row.id);
    if (running) {
      running.recorder.allow(whom);
      if (now - running.beatAt < BEAT_EVERY_MS) return;
      running.beatAt = now;
      await beat(db, { id: row.id, node: hints.node, at: new Date(now) });
      if (!(await this.files.hasRoom())) await this.end(row, { as: 'stopped', reason: 'disk_full' });
      return;
    }
    const isOthers = row.node !== null && row.node !== hints.node;
    if (isOthers && row.beatAt !== null && now - row.beatAt.getTime() < NODE_GONE_AFTER_MS) return;
    if (now < (this.#notBefore.get(row.id) ?? 0) || this.#cutting.has(row.id)) return;
    await this.#begin(row, { room, whom });
  }

  async #begin(row: RecordingRow, { room, whom }: { room: string; whom: readonly string[] }): Promise<void> {
    const { db, clock, hints } = this.#deps;
    await this.#parts.endOf(row);
    const at = new Date(clock.now());
    const n = await db.transaction().execute(async (tx) => {
      const isOurs = await takeRecording(tx, { id: row.id, node: hints.node, at, before: row });
      return isOurs ? await insertPart(tx, { id: row.id, at }) : null;
    });
    if (n === null) return;
    const recorder = this.engine.start({
      room,
      identity: `recorder-${row.id}-${n}`,
      file: await this.files.place(keyOf(row.id, n)),
      whom,
      onBegan: (began) => this.#began(row.id, n, new Date(began)),
      onBroken: (ended) => this.#broke(row, n, ended),
    });
    this.#running.set(row.id, { recorder, callId: row.callId, n, beatAt: at.getTime() });
    this.tell(row.callId);
  }

  #began(id: string, n: number, at: Date): void {
    void this.#finish(() => beginPart(this.#deps.db, { id, n, at }));
  }

  #broke(row: RecordingRow, n: number, ended: Ended): void {
    const { log, clock } = this.#deps;
    if (this.#running.get(row.id)?.n !== n) return;
    this.#running.delete(row.id);
    this.#notBefore.set(row.id, clock.now() + n * AGAIN_AFTER_MS);
    log.warn({ recording_id: row.id, part: n, disk_is_full: ended.diskIsFull }, 'a recorder ended by itself');
    void this.#finish(async () => {
      await this.#parts.write(row, n, ended.durationMs);
      const over = afterBrokenPart({ parts: n, diskIsFull: ended.diskIsFull });
      if (over) await this.end(row, over);
    });
  }

  /** Stops the recorder of this node, if there is one, and writes down what it made. */
  #cut(id: string, agoMs = 0): Promise<void> {
    const running = this.#running.get(id);
    this.#notBefore.delete(id);
    if (!running) return Promise.resolve();
    this.#running.delete(id);
    this.#cutting.add(id);
    return this.#finish(async () => {
      const { durationMs } = await running.recorder.stop(agoMs);
      await this.#parts.write({ id, callId: running.callId }, running.n, durationMs);
      this.tell(running.callId);
    }).finally(() => this.#cutting.delete(id));
  }

  #finish(work: () => Promise<void>): Promise<void> {
    const done = work().catch((error: unknown) =>
      this.#deps.log.warn({ err: error }, 'the end of a recording could not be written'),
    );
    this.#finishing.add(done);
    return done.finally(() => this.#finishing.delete(done));
  }
}

/** Who is in a call now, by their stays; null for somebody who is no person of ours (REC-1). */
export async function presentIn(db: DbOrTx, callId: string): Promise<(string | null)[]> {
  const stays = await intervalsOfCall(db, callId);
  const isHere = ({ kind, state }: { kind: string; state: string }): boolean =>
    isPersonKind(kind) && (state === 'present' || state === 'suspected' || state === 'unreachable');
  return stays.filter(isHere).map(({ personId }) => personId);
}
