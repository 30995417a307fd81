import { isSource, isTest, lineAt, withoutComments } from './tree.mjs';

const SRC = 'apps/server/src/';
const WRITES =
  /\b(?:insert\s+into|update|delete\s+from|truncate(?:\s+table)?)\s+(?:only\s+)?([a-z_]+)\.([a-z_]+)/gi;
const MAKES =
  /\bcreate\s+(?:or\s+replace\s+)?(?:unique\s+)?(?:unlogged\s+)?(?:table|type|view|function|procedure|sequence|schema)\s+(?:if\s+not\s+exists\s+)?([a-z_]+)(?:\.[a-z_]+)?/gi;

/** Modules whose schema is not called as they are; edges own none. */
const SCHEMA_OF = { inbox: ['notifications'], notifications: [], api: [] };

/** Each module writes to its own Postgres schema only, and a migration makes things of its own schema only. */
export function checkOwnership(files) {
  const findings = [];
  for (const file of files) {
    if (isSource(file) && !isTest(file) && file.path.startsWith(SRC)) findings.push(...checkModule(file));
    if (/^apps\/server\/sql\/.*\.sql$/.test(file.path)) findings.push(...checkMigration(file));
  }
  return [...findings, ...checkNumbers(files)];
}

/** Two migrations of one number come in the order of their names, which nobody meant. */
function checkNumbers(files) {
  const taken = new Map();
  const findings = [];
  for (const { path } of files) {
    const number = /^apps\/server\/sql\/(\d{4})_/.exec(path)?.[1];
    if (!number) continue;
    if (taken.has(number))
      findings.push({ path, line: 1, says: `its number is that of ${taken.get(number)}` });
    taken.set(number, path);
  }
  return findings;
}

function checkModule(file) {
  const [module, rest] = file.path.slice(SRC.length).split('/', 2);
  // The root puts things together.
  if (!rest) return [];
  const own = SCHEMA_OF[module] ?? [module];
  return matches(file, WRITES)
    .filter(({ name }) => !own.includes(name) && name !== 'set')
    .map(({ name, line }) => ({
      path: file.path,
      line,
      says: `${module} writes to the schema ${name}: only ${name} may; call its functions or append to the log`,
    }));
}

function checkMigration(file) {
  const own = /\/\d{4}_([a-z]+)(?:_[a-z_]+)?\.sql$/.exec(file.path)?.[1];
  if (!own) return [{ path: file.path, line: 1, says: 'a migration is called NNNN_<schema>[_<what>].sql' }];
  return matches(file, MAKES)
    .filter(({ name, text }) => name !== own && (text.includes('.') || /schema/i.test(text)))
    .map(({ name, line }) => ({
      path: file.path,
      line,
      says: `makes something in the schema ${name}; expected only ${own}`,
    }));
}

function matches(file, pattern) {
  const text = file.path.endsWith('.sql') ? withoutSqlComments(file.text) : withoutComments(file.text);
  return [...text.matchAll(pattern)].map((match) => ({
    name: match[1].toLowerCase(),
    text: match[0],
    line: lineAt(text, match.index),
  }));
}

function withoutSqlComments(text) {
  return text.replace(/--[^\n]*|\/\*[\s\S]*?\*\//g, (found) => found.replace(/[^\n]/g, ' '));
}
