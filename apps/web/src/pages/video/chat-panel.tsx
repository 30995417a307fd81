import { CallChat, enChatLabels, esChatLabels } from '@latido/react/chat';
import '@latido/react/chat.css';
import type { JSX } from 'react';
import { api } from '../../app/api.ts';
import { useFeed } from '../../app/feed.ts';
import { usePreferences } from '../../app/preferences.tsx';

/** The chat itself, in the reader's language. */
export default function ChatPanel(props: {
  callId: string;
  personId: string;
  onClose: () => void;
}): JSX.Element {
  const { locale } = usePreferences();
  const labels = locale === 'es' ? esChatLabels : enChatLabels;
  return <CallChat {...props} api={api} feed={useFeed()} labels={labels} />;
}
