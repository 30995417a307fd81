import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from '../launch/path.mjs';

/** What a page of one's own has around an example: its own state, the server, and who reads. */
const AROUND = `
import { createApi, type RealtimeConnection } from '@latido/client';
import type { Booking } from '@latido/protocol';
import { useState } from 'react';
declare const room: string, name: string, callId: string, bookingId: string, id: string, me: string;
declare const booking: Booking, feed: RealtimeConnection, unread: number;
declare const setEntered: (is: boolean) => void, setOpen: (is: boolean) => void, isOpen: boolean;
const api = createApi();
void [room, name, callId, bookingId, id, me, booking, feed, unread, setEntered, setOpen, isOpen, api, useState];
`;

/** The examples of a README, each as a module of its own: what stands alone as an element is rendered by a component. */
const examplesOf = (text) =>
  [...text.matchAll(/```tsx\n(.*?)```/gs)].map(([, code]) => {
    const imports = code.match(/^import .*;$/gm) ?? [];
    const rest = code.replace(/^import .*;$/gm, '').replace(/^(\{.*\})$/gm, '<>$1</>;');
    return `${imports.join('\n')}\n${AROUND}\nexport async function example() {\n${rest.replace(/^<(?=[A-Z>])/gm, 'void <')}\n}\n`;
  });

test('the examples of @latido/react compile as they stand', () => {
  const examples = examplesOf(readFileSync(join(ROOT, 'packages/react/README.md'), 'utf8'));
  expect(examples.length).toBeGreaterThan(7);
  mkdirSync(join(ROOT, 'test-results'), { recursive: true });
  const folder = mkdtempSync(join(ROOT, 'test-results/readme-'));
  for (const [n, code] of examples.entries()) writeFileSync(join(folder, `example-${n + 1}.tsx`), code);
  const compilerOptions = {
    customConditions: ['source'],
    jsx: 'react-jsx',
    lib: ['es2023', 'dom', 'dom.iterable'],
    noEmit: true,
    composite: false,
    types: ['vite/client'],
    // As in the package itself: what is published beside its types is not written as strictly as ours.
    paths: Object.fromEntries(
      ['common', 'provider'].map((name) => [
        `@hocuspocus/${name}`,
        [`../../node_modules/@hocuspocus/${name}/dist/index.d.ts`],
      ]),
    ),
  };
  const config = { extends: '../../tsconfig.base.json', compilerOptions, include: ['*.tsx'] };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
  try {
    execFileSync(join(ROOT, 'node_modules/.bin/tsc'), ['-p', folder], { encoding: 'utf8' });
  } catch (error) {
    expect.fail(error.stdout);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
