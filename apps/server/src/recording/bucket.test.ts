import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Desk, type Guest } from '../desk.testing.ts';
import { House } from '../house.testing.ts';
import { openTestDatabases } from '../platform/testing.ts';
import { s3Keys, startTestBucket, type TestBucket } from '../s3.testing.ts';
import { Stage } from './stage.testing.ts';

for (const kind of await openTestDatabases()) {
  describe(`recordings in a bucket on ${kind.name}`, () => {
    const folder = mkdtempSync(join(tmpdir(), 'latido-recordings-'));
    const dir = join(folder, 'here');
    const stage = new Stage();
    let bucket: TestBucket;
    let house: House;
    let desk: Desk;
    let dora: Guest;
    let callId: string;

    beforeAll(async () => {
      bucket = await startTestBucket(join(folder, 's3'));
      const env = {
        LATIDO_RECORDINGS_DIR: dir,
        LATIDO_S3_BUCKET: 'latido',
        LATIDO_S3_ENDPOINT: bucket.endpoint,
        LATIDO_S3_PATH_STYLE: '1',
        LATIDO_S3_ACCESS_KEY_ID: s3Keys.accessKeyId,
        LATIDO_S3_SECRET_ACCESS_KEY: s3Keys.secretAccessKey,
      };
      house = await new House(kind, { idle: true, recorder: stage, env }).open();
      desk = new Desk(house);
      dora = await desk.invite('dora', 'mentor');
      const id = await desk.begun(dora, [await desk.invite('alice', 'client')]);
      ({ callId } = await desk.enter(dora, id));
    });
    afterAll(async () => {
      await house.close();
      await bucket.close();
      rmSync(folder, { recursive: true, force: true });
    });

    const url = (rest = ''): string => `/calls/${callId}/recordings${rest}`;
    const file = (rid: string, range: string) =>
      house.server.app.inject({ url: `/api/v1${url(`/${rid}/file`)}`, headers: { ...dora.headers, range } });
    const recorded = async (): Promise<string> => {
      const { id } = (await desk.ask('POST', url(), dora)).body;
      await house.settled();
      await desk.ask('POST', url(`/${id}/stop`), dora);
      await house.settled();
      return id;
    };

    it('[REC-18] a finished recording is in the bucket, is played from there in parts, and nothing of it lies here', async () => {
      const rid = await recorded();
      expect(readdirSync(dir)).toEqual([]);
      bucket.asked.length = 0;
      const part = await file(rid, 'bytes=2-4');
      expect([part.statusCode, part.body, part.headers['content-range']]).toEqual([
        206,
        '234',
        'bytes 2-4/10',
      ]);
      expect(bucket.asked).toEqual(['HEAD ?', 'GET ?']);
    });

    it('[REC-18] while the bucket is away it lies here and is played, and goes on to the bucket later', async () => {
      bucket.refuse = () => 503;
      const rid = await recorded();
      expect(readdirSync(dir)).toEqual([rid]);
      expect((await file(rid, 'bytes=2-4')).body).toBe('234');
      bucket.refuse = () => undefined;
      await house.settled();
      expect(readdirSync(dir)).toEqual([]);
      expect((await file(rid, 'bytes=2-4')).body).toBe('234');
    });

    it('[REC-18] deleted while the bucket is away it stays, and says so; deleted after that it is gone there', async () => {
      const rid = await recorded();
      bucket.refuse = () => 503;
      expect((await desk.ask('DELETE', url(`/${rid}`), dora)).body.code).toBe('file.store_unavailable');
      bucket.refuse = () => undefined;
      expect((await file(rid, 'bytes=0-0')).statusCode).toBe(206);
      bucket.asked.length = 0;
      expect((await desk.ask('DELETE', url(`/${rid}`), dora)).body.state).toBe('deleted');
      expect(bucket.asked).toEqual(['DELETE ?']);
      expect((await file(rid, 'bytes=0-0')).statusCode).toBe(404);
    });
  });
}
