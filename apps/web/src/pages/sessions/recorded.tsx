import { CallRecordingsList, enRecordingLabels, esRecordingLabels } from '@latido/react/recording';
import '@latido/react/recording.css';
import type { JSX } from 'react';
import { api } from '../../app/api.ts';
import { usePreferences } from '../../app/preferences.tsx';

/** What was recorded of a session, in the reader's language. */
export default function Recorded({ callId }: { callId: string }): JSX.Element {
  const { locale } = usePreferences();
  const labels = locale === 'es' ? esRecordingLabels : enRecordingLabels;
  return <CallRecordingsList callId={callId} api={api} labels={labels} />;
}
