import { fork } from 'node:child_process';
import { setPriority } from 'node:os';
import { fileURLToPath } from 'node:url';
import { writtenOut } from './at-work.ts';
import { ffmpegFault, lengthOf, putIndexInFront } from './ffmpeg.ts';
import type { FromRecorder, ToRecorder } from './orders.ts';
import type { Ended, Engine, Recorder, RecordingDeps, Shoot } from './ports.ts';

/** A recorder that was told to stop and is not gone by then is killed; its file plays up to there. */
const GONE_WITHIN_MS = 40_000;
/** Calls go first. */
const NICE = 5;
/** What was found is looked for again after so long: an ffmpeg may have been installed since. */
const FAULT_KEPT_MS = 60_000;

/** The built-in engine: a process for each recording, that ends with us. */
export function builtInEngine(deps: Pick<RecordingDeps, 'config' | 'clock' | 'log' | 'token'>): Engine {
  const { config, clock } = deps;
  const { ffmpeg } = config.recordings;
  let known: { fault: Promise<string | null>; at: number } | undefined;
  return {
    fault() {
      const at = clock.monotonic();
      if (!known || at - known.at > FAULT_KEPT_MS) known = { fault: ffmpegFault(ffmpeg), at };
      return known.fault;
    },
    start: (shoot) => startRecorder(deps, shoot),
    async finish(file) {
      // What a recorder without its server has seen last may not be written yet.
      await writtenOut(file);
      await putIndexInFront(ffmpeg, file);
      return await lengthOf(ffmpeg, file);
    },
  };
}

function startRecorder(
  { config, log, token }: Pick<RecordingDeps, 'config' | 'log' | 'token'>,
  { room, identity, file, whom, onBegan, onBroken }: Shoot,
): Recorder {
  const program = fileURLToPath(new URL('./recorder.ts', import.meta.url));
  // What LiveKit's SDK says of a token that is refused holds the token: nobody listens to it.
  const child = fork(program, [], {
    execArgv: ['--conditions=source', '--disable-warning=ExperimentalWarning'],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  calm(child.pid);
  const tell = (order: ToRecorder): void => {
    if (child.connected) child.send(order, () => undefined);
  };
  let wasTold = false;
  let ended: Ended = { diskIsFull: false, durationMs: null };
  child.on('message', (word: FromRecorder) => {
    if (word.did === 'begin') onBegan(word.at);
    else ended = { diskIsFull: word.diskIsFull, durationMs: word.durationMs };
  });
  const gone = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', (error) => {
      log.warn({ err: error }, 'a recorder could not be started');
      resolve();
    });
  });
  void gone.then(() => {
    if (!wasTold) onBroken(ended);
  });
  let allowed = whom;
  token({ room, identity }).then(
    (pass) =>
      tell({
        do: 'begin',
        url: config.livekitUrl ?? '',
        token: pass,
        file,
        ffmpeg: config.recordings.ffmpeg,
        whom: allowed,
      }),
    () => child.kill('SIGKILL'),
  );
  return {
    allow(next) {
      if (next.join() === allowed.join()) return;
      allowed = next;
      tell({ do: 'allow', whom: next });
    },
    async stop(agoMs = 0) {
      wasTold = true;
      tell({ do: 'stop', at: Date.now() - agoMs });
      const late = setTimeout(() => child.kill('SIGKILL'), GONE_WITHIN_MS);
      await gone;
      clearTimeout(late);
      return ended;
    },
  };
}

function calm(pid: number | undefined): void {
  try {
    if (pid !== undefined) setPriority(pid, NICE);
  } catch {
    // It is gone already, or this system has no such thing.
  }
}
