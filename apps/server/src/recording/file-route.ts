import { counted, readRange } from '@latido/core';
import { RecordingFileQuery } from '@latido/protocol';
import { z } from 'zod';
import type { App } from '../platform/index.ts';
import { problem } from '../platform/index.ts';
import { keyOf } from './files.ts';
import type { RecordingDeps } from './ports.ts';
import { requireOf, whoOf } from './routes.ts';
import { partsOf } from './store.ts';
import type { Recordings } from './work.ts';

const params = z.object({ id: z.string().max(64), rid: z.string().max(64) });

/** `GET /api/v1/calls/{id}/recordings/{rid}/file`: a part, or bytes of it, so that a player can seek. */
export function fileRoute(app: App, deps: RecordingDeps, { files }: Recordings): void {
  app.get(
    '/api/v1/calls/:id/recordings/:rid/file',
    {
      schema: { tags: ['recording'], params, querystring: RecordingFileQuery },
      // A player that seeks asks often.
      config: { rateLimit: { max: 1_200, timeWindow: '1 minute' } },
    },
    async (request, reply) => {
      const { actor, row } = await whoOf(deps, request);
      await requireOf(deps, row, actor);
      if (row.state === 'deleted') throw problem('recording.not_found', 'This recording was deleted.');
      const { part: n, download } = request.query;
      const part = (await partsOf(deps.db, [row.id])).find((each) => each.n === n);
      const key = keyOf(row.id, n);
      const size = part?.endedAt ? await files.size(key) : null;
      if (size === null || size === 0) {
        if (row.state === 'asked' || row.state === 'recording' || part?.endedAt === null)
          throw problem('recording.not_ready', 'The file is there once the recording is over.');
        throw problem('recording.not_found', `This recording has no part ${n}.`);
      }
      const range = readRange(request.headers.range, size);
      reply.header('accept-ranges', 'bytes');
      if (range === 'unmet') {
        reply.header('content-range', `bytes */${size}`);
        throw problem('recording.range', `The file has ${counted(size, ['byte', 'bytes'])}.`);
      }
      const { from, to } = range ?? { from: 0, to: size - 1 };
      if (range) reply.code(206).header('content-range', `bytes ${from}-${to}/${size}`);
      const how = download === '1' ? 'attachment' : 'inline';
      return await reply
        .header('content-type', 'video/mp4')
        .header('content-length', to - from + 1)
        .header('content-disposition', `${how}; filename="${row.callId}-${n}.mp4"`)
        .send(await files.read(key, { from, to }));
    },
  );
}
