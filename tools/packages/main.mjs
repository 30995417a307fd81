#!/usr/bin/env node
/** `npm run check:packages`: whether what npm would publish can be taken, with its types. After `tsc -b`. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../launch/path.mjs';
import { faultsOf } from './published.mjs';

const PACKAGES = join(ROOT, 'packages');

let count = 0;
for (const name of readdirSync(PACKAGES)) {
  if (!existsSync(join(PACKAGES, name, 'package.json'))) continue;
  for (const fault of await faultsOf(join(PACKAGES, name))) {
    count += 1;
    console.log(`packages/${name}: ${fault}`);
  }
}
console.log(count === 0 ? 'All packages can be taken.' : `${count} faults.`);
process.exitCode = count === 0 ? 0 : 1;
