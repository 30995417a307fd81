import { expect, it } from 'vitest';
import { toOpen } from './to-open.ts';

const NONE = { camera: null, microphone: null };
const BOTH = { camera: 'cam', microphone: 'mic' };
const ANY = NONE;

it.each([
  ['both, where both are on', { video: true, audio: true }, NONE, ANY, { video: true, audio: true }],
  [
    'the microphone alone, where the camera is off',
    { video: false, audio: true },
    NONE,
    ANY,
    { video: false, audio: true },
  ],
  [
    'the camera alone, where the microphone is off',
    { video: true, audio: false },
    NONE,
    ANY,
    { video: true, audio: false },
  ],
  ['nothing, where both are off', { video: false, audio: false }, NONE, ANY, { video: false, audio: false }],
  [
    'what was turned on, and not what runs',
    { video: true, audio: true },
    { ...BOTH, camera: null },
    ANY,
    { video: true, audio: false },
  ],
  ['nothing that runs already', { video: true, audio: true }, BOTH, BOTH, { video: false, audio: false }],
  [
    'another camera, and not the microphone',
    { video: true, audio: true },
    BOTH,
    { ...BOTH, camera: 'other' },
    { video: true, audio: false },
  ],
  [
    'no camera that is chosen while it is off',
    { video: false, audio: true },
    { ...BOTH, camera: null },
    { ...BOTH, camera: 'other' },
    { video: false, audio: false },
  ],
])('[CALL-67] a preview opens %s', (_what, on, running, wanted, expected) => {
  expect(toOpen(on, running, wanted)).toEqual(expected);
});
