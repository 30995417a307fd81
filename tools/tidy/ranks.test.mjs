import { expect, test } from 'vitest';
import { checkRanks } from './ranks.mjs';
import { file, places } from './testing.mjs';

const SRC = 'apps/server/src';

test('a module imports lower ranks through their index only', () => {
  const good = file(
    `${SRC}/calls/a.ts`,
    "import { x } from '../presence/index.ts';\nimport { y } from './store.ts';\n",
  );
  expect(checkRanks([good])).toEqual([]);
});

test('a higher rank, an equal rank, an inner file and a module without a rank are found with their line', () => {
  const files = [
    file(
      `${SRC}/presence/a.ts`,
      "import { x } from './b.ts';\nimport {\n  y,\n} from '../calls/index.ts';\n",
    ),
    file(`${SRC}/metering/a.ts`, "export { x } from '../attendance/index.ts';\n"),
    file(`${SRC}/calls/b.ts`, "const x = await import('../presence/store.ts');\n"),
    file(`${SRC}/shoes/a.ts`, ''),
  ];
  expect(places(checkRanks(files))).toEqual([
    `${SRC}/presence/a.ts:4`,
    `${SRC}/metering/a.ts:1`,
    `${SRC}/calls/b.ts:1`,
    `${SRC}/shoes/a.ts:1`,
  ]);
});

test('an import in a comment is none, and a test may use the databases of the tests', () => {
  const files = [
    file(`${SRC}/access/a.ts`, "// import { x } from '../calls/index.ts';\n"),
    file(`${SRC}/access/a.test.ts`, "import { openTestDatabases } from '../platform/testing.ts';\n"),
  ];
  expect(checkRanks(files)).toEqual([]);
});

test('the root may import every index, and nobody imports the root', () => {
  const files = [
    file(
      `${SRC}/app.ts`,
      "import { api } from './api/index.ts';\nimport { store } from './calls/store.ts';\n",
    ),
    file(`${SRC}/api/a.ts`, "import { app } from '../app.ts';\n"),
  ];
  expect(places(checkRanks(files))).toEqual([`${SRC}/app.ts:2`, `${SRC}/api/a.ts:1`]);
});
