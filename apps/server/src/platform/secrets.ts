import { randomBytes } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { acceptedKeys, derivedSecret, type Config } from './config.ts';
import { FolderError, makeFolder } from './folder.ts';
import { chance } from './ids.ts';

/** What development makes by itself and keeps in the data folder, so that a restart keeps sign-ins and tokens. */
export interface KeptSecrets {
  authSecret: string;
  livekitApiKey: string;
  livekitApiSecret: string;
  /** The password that the demo people were made with, once they are. */
  demoPassword?: string;
}

const path = (dataDir: string): string => join(dataDir, 'secrets.json');

/** The secrets of a data folder; those that are missing are made and written (readable by their owner only). */
export function keepSecrets(dataDir: string): KeptSecrets {
  const kept = readSecrets(dataDir);
  const all: KeptSecrets = {
    ...kept,
    authSecret: kept.authSecret ?? randomBytes(32).toString('hex'),
    livekitApiKey: kept.livekitApiKey ?? `API${chance(12)}`,
    livekitApiSecret: kept.livekitApiSecret ?? randomBytes(32).toString('hex'),
  };
  writeSecrets(dataDir, all);
  return all;
}

/** Keeps the password that the demo people were made with. */
export function keepDemoPassword(dataDir: string, demoPassword: string): void {
  writeSecrets(dataDir, { ...keepSecrets(dataDir), demoPassword });
}

function readSecrets(dataDir: string): Partial<KeptSecrets> {
  try {
    return JSON.parse(readFileSync(path(dataDir), 'utf8')) as Partial<KeptSecrets>;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw new FolderError(dataDir, 'has a secrets.json that cannot be read', { cause: error });
  }
}

function writeSecrets(dataDir: string, secrets: KeptSecrets): void {
  makeFolder(dataDir);
  const whole = `${path(dataDir)}.${chance(6)}`;
  writeFileSync(whole, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600 });
  renameSync(whole, path(dataDir));
}

/** The settings with development's own secrets where none are set. In production: the settings as they are. */
export function withDevelopmentSecrets(config: Config): Config {
  if (!config.development) return config;
  const kept = keepSecrets(config.dataDir);
  const authSecret = config.authSecret || kept.authSecret;
  const reverb = { ...config.reverb, secret: config.reverb.secret || derivedSecret(authSecret, 'reverb') };
  if (config.livekitApiKey) return { ...config, authSecret, reverb };
  const { livekitApiKey, livekitApiSecret } = kept;
  const own = acceptedKeys({
    apiKey: livekitApiKey,
    apiSecret: livekitApiSecret,
    webhook: config.livekitWebhookSecret,
  });
  const livekitKeys = new Map([...config.livekitKeys, ...own]);
  return { ...config, authSecret, reverb, livekitApiKey, livekitApiSecret, livekitKeys };
}
