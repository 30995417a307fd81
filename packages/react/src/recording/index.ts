export { RecordingButton, type RecordingButtonProps } from './recording-button.tsx';
export { RecordingGate, type RecordingGateProps } from './recording-gate.tsx';
export { CallRecordingsList, type CallRecordingsListProps } from './recordings.tsx';
export { useRecordings, type CallRecordings, type RecordingsOptions } from './use-recordings.ts';
export { enRecordingLabels, esRecordingLabels, type RecordingLabels } from './labels.ts';
