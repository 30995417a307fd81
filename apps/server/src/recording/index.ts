export { createRecording } from './create-recording.ts';
export type { Engine, Files, Shoot } from './ports.ts';
