import type { Config, Log } from '../platform/index.ts';
import type { Engine, RecordingDeps } from '../recording/index.ts';
import { egressEngine } from './egress.ts';
import { signRecorderToken } from './sign-token.ts';

/** How recorders get into rooms, and which engine makes them: this one, else Egress where it is set, else the built-in one. */
export function recordersBy(
  ground: { readonly config: Config; readonly log: Log },
  engine: Engine | undefined,
): Pick<RecordingDeps, 'token' | 'engine'> {
  return {
    token: (of) => signRecorderToken(ground.config, of),
    engine: engine ?? egressEngine(ground),
  };
}
