import { expect, test } from 'vitest';
import { checkDocumented } from './documented.mjs';
import { file, places } from './testing.mjs';

test('an export without a doc comment is found; re-exports, tests and apps are not asked', () => {
  const files = [
    file(
      'packages/core/src/a.ts',
      '/** One. */\nexport const ONE = 1;\nexport const TWO = 2;\nexport { x } from "./x.ts";\n',
    ),
    file('packages/core/src/a.test.ts', 'export const THREE = 3;\n'),
    file('apps/server/src/a.ts', 'export const FOUR = 4;\n'),
  ];
  expect(places(checkDocumented(files))).toEqual(['packages/core/src/a.ts:3']);
});

test('a type that shares the name of a documented value needs no line of its own', () => {
  const text =
    '/** A. */\nexport const A = z.string();\nexport type A = z.infer<typeof A>;\nexport type B = 1;\n';
  expect(places(checkDocumented([file('packages/protocol/src/a.ts', text)]))).toEqual([
    'packages/protocol/src/a.ts:4',
  ]);
});
