export { createRecording } from './create-recording.ts';
export type { Ended, Engine, Files, Recorder, Shoot } from './ports.ts';
