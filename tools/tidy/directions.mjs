import { importsOf, isSource, isTest } from './tree.mjs';

/** What each part may import of ours, and, where nothing else is allowed either, of others. */
const DIRECTIONS = {
  'packages/core': { ours: [], others: [] },
  'packages/protocol': { ours: [], others: ['zod'] },
  'packages/client': { ours: ['protocol'], others: ['livekit-client'] },
  'packages/react': { ours: ['client', 'protocol'] },
  'packages/testkit': { ours: ['core', 'protocol'] },
  'apps/server': { ours: ['core', 'protocol'] },
  'apps/web': { ours: ['react', 'client', 'protocol'] },
};

/** Some of the server may use more: what starts a media server beside it, and the demo and the fake that stands in for one. */
const MORE = {
  testkit: /^apps\/server\/src\/start\/(demo|media-server)\.ts$/,
  tools: /^apps\/server\/src\/start\//,
};

/**
 * Packages import each other in the directions of the architecture only, and what they import of ours is among their
 * `dependencies`: what is among `devDependencies` is not there at run time. Tests may use what their package has.
 */
export function checkDirections(files) {
  const findings = [];
  const declared = new Map();
  for (const file of files.filter((each) => isSource(each) && !isTest(each))) {
    const part = Object.keys(DIRECTIONS).find((each) => file.path.startsWith(`${each}/src/`));
    if (!part) continue;
    if (!declared.has(part)) declared.set(part, dependenciesOf(files, part));
    for (const { from, line } of importsOf(file)) {
      if (from.startsWith('.')) continue;
      const found = (says) =>
        findings.push({ path: file.path, line, says: `${part} imports ${from}: ${says}` });
      if (!isAllowed({ file, rule: DIRECTIONS[part], from })) found(may(DIRECTIONS[part]));
      else if (!isDeclared(declared.get(part), from)) found('it is not among its dependencies');
    }
  }
  return findings;
}

function isAllowed({ file, rule, from }) {
  const ours = /^@latido\/([\w-]+)/.exec(from)?.[1];
  if (ours && MORE[ours]?.test(file.path)) return true;
  if (ours) return rule.ours.includes(ours);
  return !rule.others || rule.others.some((name) => from === name || from.startsWith(`${name}/`));
}

function dependenciesOf(files, part) {
  const manifest = files.find(({ path }) => path === `${part}/package.json`);
  return Object.keys(JSON.parse(manifest?.text ?? '{}').dependencies ?? {});
}

/** Packages of others are knip's to judge. */
function isDeclared(dependencies, from) {
  const ours = /^@latido\/[\w-]+/.exec(from)?.[0];
  return ours === undefined || dependencies.includes(ours);
}

function may({ ours, others }) {
  const names = [...ours.map((name) => `@latido/${name}`), ...(others ?? ['packages of others'])];
  return `it may import ${names.join(', ') || 'nothing'} only`;
}
