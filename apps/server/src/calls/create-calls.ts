import type { Access } from '../access/index.ts';
import type { LastTick } from '../ledger/index.ts';
import type { Clock, Config, Db, Hints, Module } from '../platform/index.ts';
import type { MeterOf } from './call-state.ts';
import { callsStage } from './follow.ts';
import { verdictsJob } from './jobs.ts';
import { callRoutes } from './routes.ts';

export interface CallsDeps {
  readonly access: Access;
  readonly db: Db;
  readonly hints: Hints;
  readonly clock: Clock;
  readonly config: Pick<Config, 'graceMs'>;
  readonly meterOf: MeterOf;
  readonly lastTick: LastTick;
  /** Resolves when every stage has folded what is in the log now. */
  readonly caughtUp: () => Promise<void>;
  /** The same, and what is due then is charged. */
  readonly settle: () => Promise<void>;
}

/** Calls: their stage, the verdicts that the clock gives, and what is read and asked of them over HTTP. */
export function createCalls(deps: CallsDeps): Module {
  const { graceMs } = deps.config;
  return {
    routes: (app) => callRoutes(app, deps),
    stages: [callsStage({ graceMs, hints: deps.hints, clock: deps.clock })],
    jobs: [verdictsJob({ ...deps, graceMs })],
  };
}
