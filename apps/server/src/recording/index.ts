export { createRecording } from './create-recording.ts';
export type { Engine, Shoot } from './ports.ts';
