import type { Access } from './access/index.ts';
import type { RealtimeDeps } from './realtime/index.ts';

/** What tests put in the place of parts, in a server that is the product's in everything else. */
export interface StandIns {
  /** Over what access answers: who is behind a request. */
  readonly access?: Partial<Access>;
  /** Over what the hub is given. */
  readonly realtime?: Partial<Pick<RealtimeDeps, 'presence' | 'callStateFor' | 'shared'>>;
  /** Nothing starts by itself: a clock that a test moves by half an hour would run each job a thousand times. */
  readonly idle?: boolean;
}
