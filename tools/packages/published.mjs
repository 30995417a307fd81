import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkPackage, Package } from '@arethetypeswrong/core';
import { problemAffectsResolutionKind, problemKindInfo } from '@arethetypeswrong/core/problems';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { ROOT } from '../launch/path.mjs';

const LICENSE = readFileSync(join(ROOT, 'LICENSE'));

/** How the packages may be taken: as modules, by Node and by bundlers. CommonJS and what came before `exports` are not promised. */
const PROMISED = ['node16-esm', 'bundler'];

/**
 * What is wrong with a package as npm would publish it: what publint finds, types that do not lead where the code does,
 * no licence, and tests.
 * Reads what `tsc` has built.
 *
 * @param {string} folder of the package
 * @returns {Promise<string[]>} a sentence each
 */
export async function faultsOf(folder) {
  const files = publishedFiles(folder);
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  return [
    ...faultsOfContents(files),
    ...(await faultsByPublint(manifest, files)),
    ...(await faultsOfTypes(manifest, files)),
  ];
}

async function faultsByPublint(manifest, files) {
  const packed = [...files].map(([name, data]) => ({ name: `package/${name}`, data }));
  const { messages } = await publint({ pkgDir: 'package', pack: { files: packed } });
  return messages.map((message) => `publint: ${formatMessage(message, manifest, { color: false })}`);
}

async function faultsOfTypes({ name, version, exports }, files) {
  const installed = Object.fromEntries(
    [...files].map(([path, data]) => [`/node_modules/${name}/${path}`, data]),
  );
  // A style sheet has no types.
  const excludeEntrypoints = Object.keys(exports).filter((entry) => entry.endsWith('.css'));
  const analysis = await checkPackage(new Package(installed, name, version), { excludeEntrypoints });
  if (!analysis.types) return ['attw: it has no types'];
  return analysis.problems
    .filter((problem) => PROMISED.some((kind) => problemAffectsResolutionKind(problem, kind, analysis)))
    .map(({ kind, ...where }) => `attw: ${problemKindInfo[kind].title}: ${JSON.stringify(where)}`);
}

/** What every package has to bring along, and what nobody takes it for. */
function faultsOfContents(files) {
  const faults = files.get('LICENSE')?.equals(LICENSE)
    ? []
    : ['it does not bring the LICENSE of the whole along'];
  for (const path of files.keys())
    if (/\.test\.|\.tsbuildinfo$/.test(path)) faults.push(`it publishes ${path}`);
  return faults;
}

/** The files that npm packs, by its own word. */
function publishedFiles(folder) {
  const { files: listed } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  for (const path of listed)
    if (!path.startsWith('!') && !existsSync(join(folder, path)))
      throw new Error(`${folder} publishes ${path}, which is not there: tsc -b?`);
  const told = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    cwd: folder,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [{ files }] = JSON.parse(told);
  return new Map(files.map(({ path }) => [path, readFileSync(join(folder, path))]));
}
