import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { freePort } from '@latido/tools/testing';
import { Hopeless, until } from './until.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const VITE = fileURLToPath(new URL('../../node_modules/vite/bin/vite.js', import.meta.url));

/** A page that Vite serves from its sources. */
export interface ServedPage {
  readonly url: string;
  close(): Promise<void>;
}

/** Serves a folder by Vite's development server; ready when `path` answers. */
export async function servePage(
  folder: string,
  { path = '/', latidoUrl }: { path?: string; latidoUrl?: string } = {},
): Promise<ServedPage> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const config = `${folder}/vite.config.ts`;
  const args = [
    VITE,
    folder,
    '--config',
    config,
    '--host',
    '127.0.0.1',
    '--port',
    String(port),
    '--strictPort',
  ];
  const env = { ...process.env, ...(latidoUrl ? { LATIDO_URL: latidoUrl } : {}) };
  const vite = spawn(process.execPath, args, { cwd: ROOT, stdio: 'ignore', env });
  await until('the development server', async () => {
    if (vite.exitCode !== null) throw new Hopeless(`vite ended with ${vite.exitCode}`);
    return (await fetch(url + path)).ok;
  });
  return {
    url,
    close: async () => {
      if (vite.exitCode !== null) return;
      const gone = once(vite, 'exit');
      vite.kill();
      await gone;
    },
  };
}
