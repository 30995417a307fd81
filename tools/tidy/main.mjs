#!/usr/bin/env node
/** `npm run check:tidy`: the rules of the architecture that no other tool knows. One line a finding: file:line, what. */
import { ROOT } from '../launch/path.mjs';
import { checkDirections } from './directions.mjs';
import { checkDocumented } from './documented.mjs';
import { checkOwnership } from './ownership.mjs';
import { checkPurity } from './purity.mjs';
import { checkRanks } from './ranks.mjs';
import { checkRules } from './rules.mjs';
import { checkSizes, describeSizes } from './sizes.mjs';
import { readTree } from './tree.mjs';

const CHECKS = {
  ranks: checkRanks,
  directions: checkDirections,
  ownership: checkOwnership,
  rules: checkRules,
  sizes: checkSizes,
  documented: checkDocumented,
  purity: checkPurity,
};

const files = readTree(process.argv[2] ?? ROOT);
let count = 0;
for (const [name, check] of Object.entries(CHECKS)) {
  for (const { path, line, says } of check(files)) {
    count += 1;
    console.log(`${path}:${line}  ${name}: ${says}`);
  }
}
console.log(describeSizes(files));
console.log(count === 0 ? 'Tidy.' : `${count} findings.`);
process.exitCode = count === 0 ? 0 : 1;
