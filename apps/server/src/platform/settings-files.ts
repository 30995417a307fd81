import { join, resolve } from 'node:path';
import * as kinds from './setting-kinds.ts';
import type { Env } from './setting-kinds.ts';

/** Where files lie, and how much of them. */
export const fileSettings = {
  LATIDO_FILES_DIR: kinds.text({
    doc: 'Folder of the files that people send; several nodes share one. Default: files, in LATIDO_DATA_DIR.',
  }),
  LATIDO_FILES_KEEP_DAYS: kinds.integer({
    standard: '365',
    least: 1,
    doc: 'After so many days a file of a chat is deleted; the message stays, and says so.',
  }),
  LATIDO_FILES_PER_PERSON_MB: kinds.integer({
    standard: '1024',
    least: 25,
    unit: 'MB',
    doc: 'How much one person’s files in chats may take together.',
  }),
  LATIDO_S3_BUCKET: kinds.text({
    doc: 'Files and finished recordings lie in this bucket that speaks S3, not in folders. LATIDO_S3_ACCESS_KEY_ID and its secret belong to it.',
  }),
  LATIDO_S3_ENDPOINT: kinds.url({
    doc: 'Address of the S3 service. Default: https://s3.REGION.amazonaws.com.',
  }),
  LATIDO_S3_REGION: kinds.text({ standard: 'us-east-1', doc: 'Its region.' }),
  LATIDO_S3_ACCESS_KEY_ID: kinds.text({
    secret: true,
    doc: 'Its access key: may put, get and delete in the bucket.',
  }),
  LATIDO_S3_SECRET_ACCESS_KEY: kinds.text({ secret: true, doc: 'The secret of that key.' }),
  LATIDO_S3_PATH_STYLE: kinds.flag({
    doc: 'With 1, the bucket stands in the path (https://host/bucket/key), as MinIO and most services of one’s own want it.',
  }),
};

/** Where files lie. */
export interface FilesConfig {
  dir: string;
  keepMs: number;
  bytesOfAPerson: number;
  /** In the place of the folder. */
  s3?: {
    endpoint: string;
    region: string;
    bucket: string;
    accessKeyId: string;
    secretAccessKey: string;
    pathStyle: boolean;
  };
}

type FileSettings = { [K in keyof typeof fileSettings]: (typeof fileSettings)[K]['_output'] };

/** What the settings say of files. */
export function filesConfig(set: FileSettings, dataDir: string): FilesConfig {
  const {
    LATIDO_S3_BUCKET: bucket,
    LATIDO_S3_REGION: region,
    LATIDO_S3_ACCESS_KEY_ID: accessKeyId,
    LATIDO_S3_SECRET_ACCESS_KEY: secretAccessKey,
  } = set;
  const endpoint = (set.LATIDO_S3_ENDPOINT ?? `https://s3.${region}.amazonaws.com`).replace(/\/+$/, '');
  const pathStyle = set.LATIDO_S3_PATH_STYLE ?? false;
  return {
    dir: set.LATIDO_FILES_DIR ? resolve(set.LATIDO_FILES_DIR) : join(dataDir, 'files'),
    keepMs: set.LATIDO_FILES_KEEP_DAYS * 86_400_000,
    bytesOfAPerson: set.LATIDO_FILES_PER_PERSON_MB * 1024 * 1024,
    ...(bucket === undefined || accessKeyId === undefined || secretAccessKey === undefined
      ? {}
      : { s3: { endpoint, region, bucket, accessKeyId, secretAccessKey, pathStyle } }),
  };
}

const OF_S3 = ['LATIDO_S3_BUCKET', 'LATIDO_S3_ACCESS_KEY_ID', 'LATIDO_S3_SECRET_ACCESS_KEY'] as const;

/** A bucket that is set by halves. */
export function* halfABucket(given: Env): Generator<string> {
  const missing = OF_S3.filter((name) => !given[name]);
  const wants = [...OF_S3, 'LATIDO_S3_ENDPOINT', 'LATIDO_S3_REGION', 'LATIDO_S3_PATH_STYLE'].some(
    (name) => given[name],
  );
  if (wants && missing.length > 0)
    yield `Of the bucket for files ${missing.join(' and ')} ${missing.length > 1 ? 'are' : 'is'} missing.`;
}
