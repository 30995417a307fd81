import type { Config, Module } from '../platform/index.ts';
import { connectionTestRoutes } from './connection-tests.ts';
import { callsStage } from './follow.ts';
import { verdictsJob } from './jobs.ts';
import { callRoutes, type CallRouteDeps } from './routes.ts';

export interface CallsDeps extends CallRouteDeps {
  readonly config: Pick<Config, 'graceMs' | 'ringMs'>;
}

/** Calls: their stage, the verdicts that the clock gives, and what is read and asked of them over HTTP. */
export function createCalls(deps: CallsDeps): Module {
  const { graceMs, ringMs } = deps.config;
  const verdicts = verdictsJob({ ...deps, graceMs, ringMs });
  return {
    routes(app) {
      callRoutes(app, deps);
      connectionTestRoutes(app, deps);
    },
    stages: [callsStage({ graceMs, hints: deps.hints, clock: deps.clock })],
    jobs: [verdicts],
    close: async () => verdicts.close(),
  };
}
