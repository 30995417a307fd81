import type { Access, PasswordHashing } from './access/index.ts';
import type { RealtimeDeps } from './realtime/index.ts';
import type { Engine, Files } from './recording/index.ts';

/** What tests put in the place of parts, in a server that is the product's in everything else. */
export interface StandIns {
  /** Over what access answers: who is behind a request. */
  readonly access?: Partial<Access>;
  /** In the place of scrypt, which is slow by intent. */
  readonly passwords?: PasswordHashing;
  /** Over what the hub is given. */
  readonly realtime?: Partial<Pick<RealtimeDeps, 'presence' | 'callStateFor' | 'shared'>>;
  /** In the place of what makes recordings. */
  readonly recorder?: Engine;
  /** Over what is said of where recordings lie. */
  readonly recordingFiles?: Partial<Files>;
  /** Nothing starts by itself: a clock that a test moves by half an hour would run each job a thousand times. */
  readonly idle?: boolean;
}
