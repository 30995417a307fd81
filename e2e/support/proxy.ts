import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Hopeless, until } from './until.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PAGE = join(ROOT, 'docs/operating/reverse-proxy.md');
const UPSTREAM = '127.0.0.1:3000';

/** A program that stands in front of Latido as docs/operating/reverse-proxy.md says. */
export interface Proxy {
  readonly url: string;
  close(): Promise<void>;
}

/** Which of them this machine has; Debian keeps nginx where only root looks. */
export function found(name: 'nginx' | 'caddy'): string | null {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin'];
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path)) ?? null;
}

/** The first example of a language in the page, as it stands there. */
async function exampleOf(language: string): Promise<string> {
  const text = await readFile(PAGE, 'utf8');
  const example = new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``).exec(text)?.[1];
  if (example === undefined) throw new Error(`${PAGE} has no example of ${language}`);
  return example;
}

/** Puts one thing in the place of another, and insists that it was there. */
function instead(text: string, was: string | RegExp, is: string): string {
  const changed = text.replace(was, is);
  if (changed === text) throw new Error(`the example has no ${String(was)}`);
  return changed;
}

async function run(
  command: readonly string[],
  { url, folder, env = {} }: { url: string; folder: string; env?: Record<string, string> },
): Promise<Proxy> {
  const [program = '', ...args] = command;
  const child: ChildProcess = spawn(program, args, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (said += String(chunk)));
  await until(`${program} to answer`, async () => {
    if (child.exitCode !== null) throw new Hopeless(`${program} ended: ${said}`);
    return (await fetch(`${url}/healthz`)).ok;
  });
  return {
    url,
    async close() {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      if (child.exitCode === null && child.kill('SIGTERM')) await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** nginx with deploy/nginx.conf; only the address, the certificate's place and what is behind are others. */
export async function startNginx(program: string, port: number, behind: number): Promise<Proxy> {
  const folder = await mkdtemp(join(tmpdir(), 'latido-nginx-'));
  // Its workers are somebody else where it is started by root.
  await chmod(folder, 0o777);
  const example = instead(
    await readFile(join(ROOT, 'deploy/nginx.conf'), 'utf8'),
    UPSTREAM,
    `127.0.0.1:${behind}`,
  );
  const around = (block: string): string =>
    `pid ${folder}/pid; error_log stderr; events {}\nhttp { access_log off;
      ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((kind) => `${kind}_temp_path ${folder}/${kind};`).join('\n')}
      ${block} }`;
  const conf = join(folder, 'nginx.conf');
  const certificate = join(folder, 'latido');
  makeCertificate(certificate);
  // As it stands, with TLS: its grammar, judged by nginx itself.
  const whole = example
    .replaceAll('/etc/ssl/latido', certificate)
    .replaceAll('listen 443', `listen 127.0.0.1:${port}`);
  await writeFile(conf, around(whole));
  execFileSync(program, ['-t', '-q', '-e', 'stderr', '-c', conf], { stdio: 'pipe' });
  const plain = instead(example, /listen 443 ssl[^;]*;/, `listen 127.0.0.1:${port};`).replaceAll(
    /ssl_certificate(_key)?\s[^;]*;/g,
    '',
  );
  await writeFile(conf, around(plain));
  const command = [program, '-p', folder, '-e', 'stderr', '-c', conf, '-g', 'daemon off;'];
  return await run(command, { url: `http://127.0.0.1:${port}`, folder });
}

function makeCertificate(path: string): void {
  const subject = ['-subj', '/CN=latido.example.com', '-days', '2'];
  const files = ['-keyout', `${path}.key`, '-out', `${path}.pem`];
  const args = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', ...subject, ...files];
  execFileSync('openssl', args, { stdio: 'pipe' });
}

/** Caddy with the page's own block, and the grammar of the one for two nodes. */
export async function startCaddy(program: string, port: number, behind: number): Promise<Proxy> {
  const folder = await mkdtemp(join(tmpdir(), 'latido-caddy-'));
  const env = { XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder, HOME: folder };
  const names = { LATIDO_DOMAIN: 'call.example.com', LIVEKIT_DOMAIN: 'media.example.com' };
  const twoNodes = ['validate', '--adapter', 'caddyfile', '--config', join(ROOT, 'deploy/Caddyfile')];
  execFileSync(program, twoNodes, { env: { ...process.env, ...env, ...names }, stdio: 'pipe' });
  const here = instead(await exampleOf('caddyfile'), 'latido.example.com', `http://127.0.0.1:${port}`);
  const config = join(folder, 'Caddyfile');
  const off = '{\n\tadmin off\n\tauto_https off\n}\n';
  await writeFile(config, off + instead(here, UPSTREAM, `127.0.0.1:${behind}`));
  const command = [program, 'run', '--adapter', 'caddyfile', '--config', config];
  return await run(command, { url: `http://127.0.0.1:${port}`, folder, env });
}
