import { afterAnswer, nextPush, type PushStep } from '@latido/core';
import webPush from 'web-push';
import type { Clock, Db, Log } from '../platform/index.ts';
import { outgoing } from './message.ts';
import type { Reader, Outgoing } from './message.ts';
import type { Poster } from './post.ts';
import {
  dueDevices,
  finish,
  forgetGone,
  moveOn,
  pendingOf,
  putOff,
  type DueDevice,
  type PendingRow,
  type Move,
} from './store.ts';
import type { Vapid } from './vapid.ts';

/** What became of pushes since the start. */
export type PushOutcome = 'sent' | 'gone' | 'refused' | 'again';

export interface RoundsDeps {
  readonly db: Db;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Log;
  readonly poster: Poster;
  readonly vapid: Vapid;
  readonly afterMs: number;
  /** In which language a person reads, and how many notices they have not read. */
  readonly readerOf: (personId: string) => Promise<Omit<Reader, 'epoch'>>;
}

/** Devices that are looked at in one go. */
const DEVICES_AT_ONCE = 200;
/** Pushes that are on their way from this node: push services that are slow hold up nobody but themselves, up to here. */
const SENDING_MOST = 100;
/** Notices of one device that are looked at in one go. */
const NOTICES_AT_ONCE = 100;
/** A claim whose node died goes to the next one. It is longer than any push service is waited for. */
const CLAIM_MS = 60_000;

type Sending = Extract<PushStep, { kind: 'one' | 'many' }>;

/** Sends what is due to devices, each to whoever moved its `done_seq` on. */
export class Rounds {
  readonly outcomes: Record<PushOutcome, number> = { sent: 0, gone: 0, refused: 0, again: 0 };
  readonly #deps: RoundsDeps;
  readonly #sending = new Set<Promise<void>>();
  #isOver = false;

  constructor(deps: RoundsDeps) {
    this.#deps = deps;
  }

  /** Looks what is due and begins to send it. Resolves when nothing more is due, though it may still be on its way. */
  async look(): Promise<void> {
    for (;;) {
      const room = SENDING_MOST - this.#sending.size;
      if (this.#isOver || room <= 0) return;
      const looked = await this.#round(Math.min(room, DEVICES_AT_ONCE));
      if (looked === 0) return;
    }
  }

  /** Resolves when nothing is on its way. */
  async settled(): Promise<void> {
    while (this.#sending.size > 0) await Promise.all(this.#sending);
  }

  /** Begins nothing new. */
  stop(): void {
    this.#isOver = true;
  }

  /** @returns how many devices were moved on */
  async #round(limit: number): Promise<number> {
    const { db, clock } = this.#deps;
    const now = new Date(clock.now());
    const devices = await dueDevices(db, now, limit);
    if (devices.length === 0) return 0;
    const steps = await this.#stepsFor(devices, now.getTime());
    const moved = await moveOn(
      db,
      steps.map(({ device, step }) => moveOf(device, step, now)),
      now,
    );
    for (const { device, step } of steps) {
      if (moved.has(device.id) && (step.kind === 'one' || step.kind === 'many')) this.#begin(device, step);
    }
    return moved.size;
  }

  async #stepsFor(
    devices: readonly DueDevice[],
    now: number,
  ): Promise<{ device: DueDevice; step: PushStep }[]> {
    const rows = new Map<string, PendingRow[]>(devices.map(({ id }) => [id, []]));
    for (const row of await pendingOf(this.#deps.db, devices, NOTICES_AT_ONCE))
      rows.get(row.device_id)?.push(row);
    return devices.map((device) => {
      const own = rows.get(device.id) ?? [];
      const pending = own.map(({ seq, type, payload, created_at, delivered_at, after_ms, settled }) => ({
        seq,
        type,
        payload,
        createdAt: created_at.getTime(),
        deliveredAt: delivered_at?.getTime() ?? null,
        afterMs: after_ms,
        isSettled: settled,
      }));
      const head = own.length < NOTICES_AT_ONCE ? device.head : (own.at(-1)?.seq ?? device.head);
      const { afterMs } = this.#deps;
      return { device, step: nextPush({ pending, doneSeq: device.done_seq, head, now, afterMs }) };
    });
  }

  #begin(device: DueDevice, step: Sending): void {
    const sent = this.#send(device, step)
      // What is behind it need not wait for the next look.
      .then(() => (device.head > step.upTo ? this.look() : undefined))
      .catch((error: unknown) =>
        this.#deps.log.warn({ err: error, device: device.id }, 'a push is sent later'),
      )
      .finally(() => this.#sending.delete(sent));
    this.#sending.add(sent);
  }

  async #send(device: DueDevice, step: Sending): Promise<void> {
    const { db, clock, poster, vapid, readerOf, log } = this.#deps;
    const reader = { ...(await readerOf(device.person_id)), epoch: device.epoch };
    const answer = await poster.post(device.endpoint, sealed(device, outgoing(step, reader), vapid));
    const after = afterAnswer({ ...answer, tries: device.tries + 1 });
    this.outcomes[after.kind] += 1;
    const at = { device, from: step.doneSeq };
    const now = clock.now();
    if (after.kind === 'gone') await forgetGone(db, device);
    else if (after.kind === 'again') await putOff(db, { ...at, dueAt: new Date(now + after.afterMs) });
    else await finish(db, { ...at, to: step.upTo, sentAt: after.kind === 'sent' ? new Date(now) : null });
    if (after.kind === 'refused')
      log.warn({ device: device.id, status: answer.status }, 'a push service refused a notice');
  }
}

function moveOf(device: DueDevice, step: PushStep, now: Date): Move {
  const isClaim = step.kind === 'one' || step.kind === 'many';
  const until = step.kind === 'wait' ? step.until : isClaim ? now.getTime() + CLAIM_MS : now.getTime();
  const waitsAt = step.kind === 'wait' ? device.head : null;
  return { id: device.id, from: device.done_seq, to: step.doneSeq, dueAt: new Date(until), waitsAt, isClaim };
}

/** Encrypted for the device, and signed by us. */
function sealed(
  { endpoint, p256dh, auth }: DueDevice,
  { message, ttlS, urgency, topic }: Outgoing,
  vapid: Vapid,
): { headers: Record<string, string | number>; body: Buffer } {
  const { headers, body } = webPush.generateRequestDetails(
    { endpoint, keys: { p256dh, auth } },
    JSON.stringify(message),
    { vapidDetails: vapid, TTL: ttlS, urgency, ...(topic === null ? {} : { topic }) },
  );
  return { headers: headers as Record<string, string | number>, body };
}
