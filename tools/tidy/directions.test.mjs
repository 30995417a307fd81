import { expect, test } from 'vitest';
import { checkDirections } from './directions.mjs';
import { file, places } from './testing.mjs';

test('packages are imported in the directions of the architecture', () => {
  const files = [
    file('packages/core/src/a.ts', "import { z } from 'zod';\n"),
    file('packages/protocol/src/a.ts', "import { z } from 'zod';\nimport { x } from '@latido/core';\n"),
    file(
      'packages/react/src/a.tsx',
      "import { useState } from 'react';\nimport { x } from '@latido/server';\n",
    ),
    file('apps/server/src/calls/a.ts', "import { x } from '@latido/testkit';\n"),
    file('apps/server/src/calls/b.ts', "import { x } from '@latido/tools/livekit';\n"),
  ];
  expect(places(checkDirections(files))).toEqual([
    'packages/core/src/a.ts:1',
    'packages/protocol/src/a.ts:2',
    'packages/react/src/a.tsx:2',
    'apps/server/src/calls/a.ts:1',
    'apps/server/src/calls/b.ts:1',
  ]);
});

test('the demo and tests may use the test kit', () => {
  const text = "import { x } from '@latido/testkit';\n";
  const files = [
    manifest({ dependencies: { '@latido/testkit': '0.1.0' } }),
    file('apps/server/src/start/demo.ts', text),
    file('apps/server/src/calls/a.test.ts', text),
  ];
  expect(checkDirections(files)).toEqual([]);
});

test('what is imported of ours is declared for run time', () => {
  const files = [
    manifest({
      dependencies: { '@latido/core': '0.1.0' },
      devDependencies: { '@latido/tools': '0.1.0' },
    }),
    file(
      'apps/server/src/start/a.ts',
      "import { x } from '@latido/core';\nconst { y } = await import('@latido/tools/livekit');\n",
    ),
  ];
  expect(places(checkDirections(files))).toEqual(['apps/server/src/start/a.ts:2']);
});

function manifest(fields) {
  return file('apps/server/package.json', JSON.stringify(fields));
}
