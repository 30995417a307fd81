import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { percentile } from '../percentile.ts';
import { forkProgram, type Forked } from '../process.ts';
import type { Place } from './judged.ts';
import { Listeners } from './listeners.ts';

const KINDS = ['frames', 'socket.io', 'latido'] as const;
export type Kind = (typeof KINDS)[number];

/** What the first ones cost everybody is not of a connection. */
export const FIRST = 50;
const IN_FLIGHT = 8;
/** The servers take turns so often: what else this machine does meets all of them. */
const ROUNDS = 5;
/** So many messages of each sort before any is measured: what is compiled for the first ones is not of a delivery. */
const WARM = 56;
/** A server is idle when it used no more processor than this between two looks. */
const IDLE_MS = 50;
const LOOK_EVERY_MS = 1_000;

/** What a server took in each round. */
export interface Figures {
  /** Processor time of the server for one delivery, µs. */
  readonly inFlightUs: number[];
  readonly singleUs: number[];
  /** An idle subscribed connection. */
  readonly bytes: number;
}

interface Runner extends Figures {
  readonly server: Forked;
  readonly listeners: Listeners;
}

/** Sends to as many sockets at each server; all of them run at once and take turns. */
export async function measureFanOut(
  { program, folder }: Place,
  { sockets, messages }: { sockets: number; messages: number },
): Promise<Record<Kind, Figures>> {
  const runners: [Kind, Runner][] = [];
  try {
    for (const kind of KINDS) runners.push([kind, await start(kind, { program, folder }, sockets)]);
    for (const [, runner] of runners) {
      await send(runner, { count: WARM, inFlight: IN_FLIGHT, sockets });
      await send(runner, { count: WARM, inFlight: 1, sockets });
    }
    for (let round = 0; round < ROUNDS; round += 1)
      for (const [, runner] of runners)
        runner.inFlightUs.push(
          await send(runner, { count: messages / ROUNDS, inFlight: IN_FLIGHT, sockets }),
        );
    for (let round = 0; round < ROUNDS; round += 1)
      for (const [, runner] of runners)
        runner.singleUs.push(await send(runner, { count: messages / 4, inFlight: 1, sockets }));
    return Object.fromEntries(runners) as Record<Kind, Runner>;
  } finally {
    for (const [, { server, listeners }] of runners) {
      listeners.close();
      await server.end('SIGKILL');
    }
  }
}

/** The middle one of what a server took. */
export function middle(values: readonly number[]): number {
  return percentile(values, 0.5);
}

/** How many times as much as another a server took, round by round; the middle one. */
export function timesOf(some: readonly number[], others: readonly number[]): number {
  return middle(some.map((took, round) => took / (others[round] ?? Number.NaN)));
}

async function start(kind: Kind, { program, folder }: Place, sockets: number): Promise<Runner> {
  const server = await forkProgram(program, { args: [kind], env: { LATIDO_DATA_DIR: join(folder, kind) } });
  const listeners = new Listeners(kind, server.url);
  await listeners.open(FIRST);
  const before = await held(server);
  await listeners.open(sockets - FIRST);
  const bytes = ((await held(server)) - before) / (sockets - FIRST);
  return { server, listeners, inFlightUs: [], singleUs: [], bytes };
}

/** Sends so many messages, so many at once as are in flight; gives the processor time of a delivery, µs. */
async function send(
  { server, listeners }: Runner,
  { count, inFlight, sockets }: { count: number; inFlight: number; sockets: number },
): Promise<number> {
  const before = server.cpuMs();
  const turns = Math.ceil(count / inFlight);
  for (let turn = 0; turn < turns; turn += 1) {
    const all = listeners.received(listeners.total + inFlight * sockets);
    await server.ask('send', { times: inFlight });
    await all;
  }
  return ((server.cpuMs() - before) * 1_000) / (turns * inFlight * sockets);
}

/** Memory that an idle server holds, without what nobody uses any more. */
export async function held(server: Forked): Promise<number> {
  // Streams are told that they are served before their inbox has been read.
  let before = -Infinity;
  while (server.cpuMs() - before > IDLE_MS) {
    before = server.cpuMs();
    await pause(LOOK_EVERY_MS);
  }
  return (await server.ask<number>('held')) ?? NaN;
}
