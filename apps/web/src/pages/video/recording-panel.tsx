import {
  enRecordingLabels,
  esRecordingLabels,
  RecordingButton,
  RecordingGate,
} from '@latido/react/recording';
import '@latido/react/recording.css';
import type { JSX, ReactNode } from 'react';
import { api } from '../../app/api.ts';
import { useFeed } from '../../app/feed.ts';
import { usePreferences } from '../../app/preferences.tsx';
import { LoadingPage } from '../../ui/states.tsx';

interface Of {
  callId: string;
  personId: string;
}

/** Recording in a call, in the reader's language; before it, with the call as children, the question to who comes in. */
export default function RecordingPanel({ children, ...of }: Of & { children?: ReactNode }): JSX.Element {
  const { locale } = usePreferences();
  const labels = locale === 'es' ? esRecordingLabels : enRecordingLabels;
  const props = { ...of, api, feed: useFeed(), labels };
  if (children === undefined) return <RecordingButton {...props} />;
  return (
    <RecordingGate {...props} loading={<LoadingPage />}>
      {children}
    </RecordingGate>
  );
}
