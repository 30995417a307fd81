import { expect, test } from 'vitest';
import { checkSizes, functionsOf } from './sizes.mjs';
import { file, places } from './testing.mjs';

const body = (lines) => '  work();\n'.repeat(lines);

test('lines are counted of functions, methods and arrows, whatever strings and comments hold', () => {
  const text = `function a(x) {\n  // }\n  const s = '}';\n}\nconst b = () => {\n};\nclass C {\n  run(y: number): void {\n  }\n}\n`;
  expect(functionsOf(text)).toEqual([
    { line: 1, length: 4 },
    { line: 5, length: 2 },
    { line: 8, length: 2 },
  ]);
});

test('a function of 71 lines and a file of 401 are found; 70 and 400 are not', () => {
  const files = [
    file('packages/core/src/a.ts', `function a() {\n${body(68)}}\n`),
    file('packages/core/src/b.ts', `function b() {\n${body(69)}}\n`),
    file('packages/core/src/c.test.ts', 'x\n'.repeat(400)),
    file('packages/core/src/d.test.ts', 'x\n'.repeat(401)),
  ];
  expect(places(checkSizes(files))).toEqual(['packages/core/src/b.ts:1', 'packages/core/src/d.test.ts:400']);
});
