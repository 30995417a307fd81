import { enLobbyLabels, esLobbyLabels, Lobby, LobbyDoor, type LobbyProps } from '@latido/react/lobby';
import '@latido/react/lobby.css';
import { useNavigate } from '@tanstack/react-router';
import { lazy, Suspense, type JSX } from 'react';
import { useTranslations } from 'use-intl';
import { api, useMe } from '../../app/api.ts';
import { useFeed } from '../../app/feed.ts';
import { usePreferences } from '../../app/preferences.tsx';
import type { Booking } from '../../app/sessions.ts';
import { Card, Stack } from '../../ui/layout.tsx';
import s from './sessions.module.css';

/** Loaded as somebody waits, with the page of calls: a file of its own would make that one heavier. */
const DoorPreview = lazy(async () => ({
  default: (await import('../video/video-page.tsx')).DoorPreview,
}));

/** The door of a session for one of its hosts, wherever it stands. */
export function HostLobby(props: { session: Booking; tools?: LobbyProps['tools'] }): JSX.Element | null {
  const { session, tools } = props;
  const { locale } = usePreferences();
  const feed = useFeed();
  const me = useMe();
  if (!me) return null;
  return (
    <div className={s['lobby']}>
      <Lobby
        bookingId={session.id}
        personId={me.personId}
        api={api}
        feed={feed}
        isOpen={session.status === 'IN_PROGRESS'}
        tools={tools}
        labels={locale === 'es' ? esLobbyLabels : enLobbyLabels}
      />
    </div>
  );
}

/** The lobby on the session's page. */
export function HostDoor({ session }: { session: Booking }): JSX.Element {
  const t = useTranslations('sessions');
  return (
    <Card testId="lobby">
      <Stack>
        <h2>{t('lobby')}</h2>
        <HostLobby session={session} />
      </Stack>
    </Card>
  );
}

/** The lobby as who waits sees it, with their own picture meanwhile; what they turn off there is off as they come in. */
export function GuestDoor({ session }: { session: Booking }): JSX.Element | null {
  const { locale } = usePreferences();
  const feed = useFeed();
  const me = useMe();
  const navigate = useNavigate();
  if (!me) return null;
  return (
    <Card>
      <div className={s['lobby']}>
        <LobbyDoor
          bookingId={session.id}
          personId={me.personId}
          api={api}
          feed={feed}
          hostName={session.mentor.name}
          isOpen={session.status === 'IN_PROGRESS'}
          preview={
            <Suspense>
              <DoorPreview />
            </Suspense>
          }
          onEnter={() =>
            void navigate({
              to: '/dashboard/sessions/$sessionId/video',
              params: { sessionId: session.id },
            })
          }
          labels={locale === 'es' ? esLobbyLabels : enLobbyLabels}
        />
      </div>
    </Card>
  );
}
