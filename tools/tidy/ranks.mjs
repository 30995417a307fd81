import { posix } from 'node:path';
import { importsOf, isSource, isTest } from './tree.mjs';

/** Who may import whom inside the server: lower ranks only. */
export const RANKS = {
  platform: 0,
  files: 1,
  access: 1,
  ledger: 1,
  inbox: 1,
  presence: 2,
  calls: 3,
  attendance: 4,
  metering: 4,
  recording: 4,
  chat: 4,
  notes: 4,
  notifications: 5,
  cashier: 6,
  matching: 6,
  mentoring: 6,
  collections: 6,
  livekit: 7,
  realtime: 7,
  pusher: 8,
  push: 8,
  sse: 8,
  'socket-io': 8,
  api: 8,
  // The root (modules.ts, app.ts, rebuild.ts) puts everything together, and start runs it.
  '': 9,
  start: 10,
  // Tests only: they read the sources of all.
  statements: 10,
};

const SRC = 'apps/server/src/';

/** Modules import lower ranks only, and only through their index.ts (tests also platform/testing.ts). */
export function checkRanks(files) {
  const findings = [];
  for (const file of files.filter((each) => isSource(each) && each.path.startsWith(SRC))) {
    const module = moduleOf(file.path);
    if (RANKS[module] === undefined) {
      findings.push({
        path: file.path,
        line: 1,
        says: `the module "${module}" has no rank: give it one in tools/tidy/ranks.mjs`,
      });
      continue;
    }
    for (const { from, line } of importsOf(file)) {
      if (!from.startsWith('.')) continue;
      const says = judge({ file, module, target: posix.join(posix.dirname(file.path), from) });
      if (says) findings.push({ path: file.path, line, says });
    }
  }
  return findings;
}

function judge({ file, module, target }) {
  if (!target.startsWith(SRC)) return `imports ${target}: other folders are imported by their package's name`;
  const other = moduleOf(target);
  if (other === module) return null;
  const rank = RANKS[module];
  const otherRank = RANKS[other];
  // A test of a module may start the whole server.
  if (
    isTest(file) &&
    (other === '' || target === `${SRC}platform/testing.ts` || target === `${SRC}${other}/index.ts`)
  )
    return null;
  if (!(otherRank < rank)) {
    return `${module} (rank ${rank}) imports ${other || 'the root'} (rank ${otherRank}): lower ranks only`;
  }
  if (other !== '' && target !== `${SRC}${other}/index.ts`)
    return `imports ${target}: another module is imported through its index.ts only`;
  return null;
}

function moduleOf(path) {
  const rest = path.slice(SRC.length);
  return rest.includes('/') ? rest.slice(0, rest.indexOf('/')) : '';
}
