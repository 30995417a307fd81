export { createRecording } from './create-recording.ts';
export type { Ended, Engine, Files, Recorder, RecordingDeps, Shoot } from './ports.ts';
