import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import {
  EgressStatus,
  EncodedFileOutput,
  EncodedFileType,
  EncodingOptionsPreset,
  type EgressInfo,
} from '@livekit/protocol';
import { EgressClient } from 'livekit-server-sdk';
import type { Config, Log } from '../platform/index.ts';
import type { Ended, Engine, Recorder, Shoot } from '../recording/index.ts';
import { brief } from './brief.ts';

/** LiveKit tells by webhook, too; what is asked cannot be lost. */
const ASK_EVERY_MS = 500;
/** An egress that was stopped and has not ended by then is left to itself. */
const ENDED_WITHIN_MS = 120_000;
const ANSWER_WITHIN_S = 10;
const NS_A_MS = 1_000_000;

type Settings = Pick<Config, 'livekitUrl' | 'livekitApiKey' | 'livekitApiSecret' | 'recordings'>;

/**
 * LiveKit Egress as the engine of recordings, where `LIVEKIT_EGRESS=1`; else undefined. It records the room as a whole, everybody in
 * it, as a grid. It writes to the path that we name: its machine has the folder of recordings under the same one.
 */
export function egressEngine({ config, log }: { config: Settings; log: Log }): Engine | undefined {
  if (!config.recordings.byEgress) return undefined;
  const client = new EgressClient(
    config.livekitUrl ?? '',
    config.livekitApiKey ?? '',
    config.livekitApiSecret ?? '',
    { requestTimeout: ANSWER_WITHIN_S },
  );
  return {
    recordsEverybody: true,
    async fault() {
      try {
        await client.listEgress({ active: true });
        return null;
      } catch (error) {
        log.warn({ err: brief(error) }, 'livekit egress does not answer');
        return 'LiveKit Egress does not answer';
      }
    },
    start: (shoot) => startEgress({ client, log }, shoot),
    async finish() {
      // Its files begin with their index.
      return null;
    },
  };
}

interface EgressDeps {
  readonly client: EgressClient;
  readonly log: Log;
}

function startEgress({ client, log }: EgressDeps, shoot: Shoot): Recorder {
  let wasTold = false;
  const started = begin(client, shoot);
  const ended = started
    .then(({ egressId }) => follow({ client, log }, { egressId, onBegan: shoot.onBegan }))
    .catch((error: unknown): Ended => {
      log.warn({ err: brief(error) }, 'livekit began no egress');
      return { diskIsFull: false, durationMs: null };
    });
  void ended.then((how) => {
    if (!existsSync(shoot.file))
      log.warn('an egress has ended and its file is not here: it has to have our folder of recordings');
    if (!wasTold) shoot.onBroken(how);
  });
  return {
    // Who has not said yes is not in the room while it is recorded: Recordings sees to it.
    allow: () => undefined,
    async stop() {
      wasTold = true;
      const info = await started.catch(() => null);
      // One that has ended by itself refuses to be stopped.
      if (info) await client.stopEgress(info.egressId).catch(() => undefined);
      const late = pause(ENDED_WITHIN_MS, { diskIsFull: false, durationMs: null }, { ref: false });
      return await Promise.race([ended, late]);
    },
  };
}

/** The part that a server that was killed left at work ends first. What a team itself has at work in the room is theirs. */
async function begin(client: EgressClient, { room, file }: Shoot): Promise<EgressInfo> {
  for (const egress of await client.listEgress({ roomName: room, active: true }))
    if (writesTo(egress, dirname(file))) await client.stopEgress(egress.egressId).catch(() => undefined);
  const output = new EncodedFileOutput({
    fileType: EncodedFileType.MP4,
    filepath: file,
    disableManifest: true,
  });
  return await client.startRoomCompositeEgress(room, output, {
    layout: 'grid',
    encodingOptions: EncodingOptionsPreset.H264_720P_30,
  });
}

/** Whether it writes into this folder: each recording has one of its own. */
function writesTo({ request }: EgressInfo, folder: string): boolean {
  if (request.case !== 'roomComposite') return false;
  const { fileOutputs, output } = request.value;
  const files = output.case === 'file' ? [...fileOutputs, output.value] : fileOutputs;
  return files.some(({ filepath }) => dirname(filepath) === folder);
}

/** Asks until it has ended. */
async function follow(
  { client, log }: EgressDeps,
  { egressId, onBegan }: { egressId: string; onBegan: (at: number) => void },
): Promise<Ended> {
  let isBegun = false;
  for (;;) {
    const info = await client.listEgress({ egressId }).catch(() => null);
    // One that LiveKit does not know any more will not end any other way.
    const [egress] = info ?? [];
    if (info !== null && egress === undefined) return { diskIsFull: false, durationMs: null };
    if (egress) {
      const { status, startedAt } = egress;
      if (!isBegun && startedAt > 0n && status !== EgressStatus.EGRESS_STARTING) {
        isBegun = true;
        onBegan(Number(startedAt) / NS_A_MS);
      }
      if (status > EgressStatus.EGRESS_ENDING) return endOf(egress, log);
    }
    await pause(ASK_EVERY_MS, undefined, { ref: false });
  }
}

function endOf({ status, error, fileResults }: EgressInfo, log: Log): Ended {
  if (status !== EgressStatus.EGRESS_COMPLETE)
    log.warn({ status: EgressStatus[status], error }, 'an egress did not end as it should');
  const duration = fileResults[0]?.duration;
  return {
    diskIsFull: /no space left/i.test(error),
    durationMs: duration === undefined ? null : Math.round(Number(duration) / NS_A_MS),
  };
}
