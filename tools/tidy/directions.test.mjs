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
  ];
  expect(places(checkDirections(files))).toEqual([
    'packages/core/src/a.ts:1',
    'packages/protocol/src/a.ts:2',
    'packages/react/src/a.tsx:2',
    'apps/server/src/calls/a.ts:1',
  ]);
});

test('the demo and tests may use the test kit', () => {
  const text = "import { x } from '@latido/testkit';\n";
  const files = [file('apps/server/src/start/demo.ts', text), file('apps/server/src/calls/a.test.ts', text)];
  expect(checkDirections(files)).toEqual([]);
});
