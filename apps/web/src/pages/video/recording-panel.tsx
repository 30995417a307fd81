import { enRecordingLabels, esRecordingLabels, RecordingButton } from '@latido/react/recording';
import '@latido/react/recording.css';
import type { JSX } from 'react';
import { api } from '../../app/api.ts';
import { useFeed } from '../../app/feed.ts';
import { usePreferences } from '../../app/preferences.tsx';

/** Recording in a call, in the reader's language. */
export default function RecordingPanel(props: { callId: string; personId: string }): JSX.Element {
  const { locale } = usePreferences();
  const labels = locale === 'es' ? esRecordingLabels : enRecordingLabels;
  return <RecordingButton {...props} api={api} feed={useFeed()} labels={labels} />;
}
