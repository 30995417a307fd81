import { expect, test } from 'vitest';
import { checkPurity } from './purity.mjs';
import { file, places } from './testing.mjs';

test('core reads no clock and has no chance, and packages hold no JavaScript', () => {
  const files = [
    file(
      'packages/core/src/a.ts',
      '// Date.now\nconst a = new Date(ms);\nconst b = new Date();\nconst c = Math.random();\n',
    ),
    file('packages/core/src/a.test.ts', 'Date.now();\n'),
    file('packages/client/src/a.ts', 'Date.now();\n'),
    file('packages/client/src/b.js', ''),
  ];
  expect(places(checkPurity(files))).toEqual([
    'packages/core/src/a.ts:3',
    'packages/core/src/a.ts:4',
    'packages/client/src/b.js:1',
  ]);
});
