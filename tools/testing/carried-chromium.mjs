import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { cacheFolder } from '../launch/path.mjs';

/** What its start-up script brings: Amazon's NSS, which a bare system lacks, and one font where there is none at all. */
const SCRIPT = `#!/bin/sh
here=$(dirname "$0")
if [ -d "$here/al2023/lib" ]; then export LD_LIBRARY_PATH="$here/al2023/lib\${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"; fi
if [ -z "$(ls -A /usr/share/fonts 2>/dev/null)" ]; then export FONTCONFIG_FILE="$here/fonts/here.conf"; fi
exec "$here/chromium" "$@"
`;

/**
 * The Chromium that npm carries, unpacked once into this person's cache folder (170 MB, about 2.4 s).
 *
 * The package unpacks into the temporary folder and takes whatever lies there under that name, half a file included;
 * we give it a folder of its own and rename it when it is whole. Its libraries for bare systems it unpacks in Amazon's
 * cloud only; they are needed on every system without NSS.
 *
 * @param {string} entry the package's main file
 * @returns {Promise<string>} a program to start
 */
export async function carriedChromium(entry) {
  const folder = dirname(dirname(entry));
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const target = join(cacheFolder(), `chromium-${version}`);
  const program = join(target, 'start.sh');
  if (existsSync(program)) return program;
  const unfinished = `${target}.${process.pid}.unfinished`;
  mkdirSync(unfinished, { recursive: true });
  try {
    await unpack(entry, join(folder, 'bin'), unfinished);
    writeFileSync(join(unfinished, 'fonts', 'here.conf'), fontSettings(join(target, 'fonts')));
    writeFileSync(join(unfinished, 'start.sh'), SCRIPT, { mode: 0o755 });
    if (!existsSync(program)) renameSync(unfinished, target);
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
  return program;
}

/** The package's own fonts.conf looks for its font in /tmp only. */
function fontSettings(folder) {
  const places = `<dir>${folder}</dir><cachedir>${folder}/cache</cachedir>`;
  return `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>${places}</fontconfig>\n`;
}

async function unpack(entry, archives, folder) {
  const former = process.env.TMPDIR;
  process.env.TMPDIR = folder;
  try {
    const { default: chromium, inflate } = await import(pathToFileURL(entry).href);
    await chromium.executablePath(archives);
    if (lacksLibraries(join(folder, 'chromium'))) await inflate(join(archives, 'al2023.tar.br'));
  } finally {
    if (former === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = former;
  }
}

function lacksLibraries(program) {
  try {
    return execFileSync('ldd', [program], { encoding: 'utf8' }).includes('not found');
  } catch {
    return true;
  }
}
