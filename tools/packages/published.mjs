import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { checkPackage, Package } from '@arethetypeswrong/core';
import { problemAffectsResolutionKind, problemKindInfo } from '@arethetypeswrong/core/problems';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';

/** How the packages may be taken: as modules, by Node and by bundlers. CommonJS and what came before `exports` are not promised. */
const PROMISED = ['node16-esm', 'bundler'];

/**
 * What is wrong with a package as npm would publish it: what publint finds, and types that do not lead where the code does.
 * Reads what `tsc` has built.
 *
 * @param {string} folder of the package
 * @returns {Promise<string[]>} a sentence each
 */
export async function faultsOf(folder) {
  const files = publishedFiles(folder);
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  return [...(await faultsByPublint(manifest, files)), ...(await faultsOfTypes(manifest, files))];
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

/** The files that npm would pack, by their paths. `files` are whole folders and files here: a pattern is refused, not misread. */
function publishedFiles(folder) {
  const { files: listed } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const found = new Map();
  const take = (path) => {
    if (statSync(join(folder, path)).isFile()) return void found.set(path, readFileSync(join(folder, path)));
    for (const name of readdirSync(join(folder, path))) take(`${path}/${name}`);
  };
  for (const path of ['package.json', ...listed]) {
    if (!existsSync(join(folder, path)))
      throw new Error(`${folder} publishes ${path}, which is not there: tsc -b?`);
    take(path);
  }
  return found;
}
