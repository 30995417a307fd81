import { VideoCallRoom, type Call } from '@latido/react';
import { useQuery } from '@tanstack/react-query';
import { Navigate, useNavigate, useParams } from '@tanstack/react-router';
import { lazy, Suspense, useCallback, useRef, useState, type JSX } from 'react';
import { useTranslations } from 'use-intl';
import { api, useMe } from '../../app/api.ts';
import { useFeed } from '../../app/feed.ts';
import { usePreferences } from '../../app/preferences.tsx';
import { useSessionRoom, type SessionRoom, type Source } from '../../app/session-room.ts';
import { lobbyQuery, sessionQuery, useSessionNews, type Booking } from '../../app/sessions.ts';
import { useFullWindow, useOpenCall } from '../../ui/app-shell.tsx';
import { Button, ButtonLink } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Page, usePageTitle } from '../../ui/layout.tsx';
import { Empty, Loading, LoadingPage } from '../../ui/states.tsx';
import { useToast } from '../../ui/toast.tsx';
import { Beside } from '../video/beside.tsx';
import { useCallChat } from '../video/call-chat.tsx';
import v from '../video/call-view.module.css';
import { useLeaving } from '../video/use-leaving.tsx';
import { Hands, RaiseHand } from './hands.tsx';
import { NotesPanel } from './notes.tsx';
import s from './sessions.module.css';

/** Loaded once the call is there. */
const RecordingPanel = lazy(() => import('../video/recording-panel.tsx'));
/** Loaded as a host opens it. */
const HostInside = lazy(() => import('./host-inside.tsx'));

/** The session itself: video, and for its host the door. Whoever may not be in it is led to its page. */
export function SessionVideoPage(): JSX.Element {
  const t = useTranslations('sessions');
  const { sessionId } = useParams({ from: '/dashboard/sessions/$sessionId/video' });
  const session = useQuery(sessionQuery(sessionId));
  const me = useMe();
  useSessionNews();
  if (!session.data || !me) return <LoadingPage />;
  const { status } = session.data;
  // The word that it is over may come before the room closes: either leads to what the session was.
  if (status !== 'IN_PROGRESS' && status !== 'SCHEDULED')
    return <Navigate to="/dashboard/sessions/$sessionId" params={{ sessionId }} replace />;
  if (status === 'SCHEDULED')
    return (
      <Page>
        <Empty title={t('notNow')} text={t('status', { status })}>
          <ButtonLink to="/dashboard/sessions/$sessionId" params={{ sessionId }} look="primary">
            {t('toSession')}
          </ButtonLink>
        </Empty>
      </Page>
    );
  return <Room session={session.data} me={me} />;
}

function Room({ session, me }: { session: Booking; me: { personId: string; name: string } }): JSX.Element {
  const t = useTranslations('sessions');
  const { labels } = usePreferences();
  const feed = useFeed();
  const navigate = useNavigate();
  const current = useRef<Call | null>(null);
  const leaving = useLeaving(current);
  const [hasNotes, setNotes] = useState(false);
  const [callId, setCallId] = useState<string | null>(null);
  const chat = useCallChat(callId, () => setNotes(false));
  const toast = useToast();
  const turnedOff = useCallback(
    (off: { source: Source; byName: string }) => toast({ text: t('turnedOff', off), shownMs: 10_000 }),
    [toast, t],
  );
  const room = useSessionRoom({ id: session.id, callId }, turnedOff);
  const isHost = session.role === 'mentor' || isAmong(room?.hosts, me.personId);
  useFullWindow(session.videoRoomName);
  useOpenCall();
  usePageTitle(session.title);
  const leave = (): void =>
    void navigate({ to: '/dashboard/sessions/$sessionId', params: { sessionId: session.id }, replace: true });
  return (
    <div className={v['full']}>
      <h1 className="sr">{session.title}</h1>
      <Beside
        side={hasNotes ? <NotesPanel sessionId={session.id} onClose={() => setNotes(false)} /> : chat.panel}
      >
        <VideoCallRoom
          roomName={session.videoRoomName}
          participantName={me.name}
          tokenUrl={`/api/v1/bookings/${encodeURIComponent(session.id)}/token`}
          api={api}
          feed={feed}
          labels={labels}
          chat={chat.button}
          onChange={(call) => {
            current.current = call;
            setCallId(call.answer?.callId ?? null);
          }}
          onDisconnect={leave}
          onLeave={leave}
          renderEnd={() => null}
        />
      </Beside>
      {leaving}
      <div className={s['panel']} data-beside={hasNotes || chat.panel !== null}>
        {!hasNotes && (
          <Button
            onPress={() => {
              if (chat.panel) chat.close();
              setNotes(true);
            }}
            data-testid="open-notes"
          >
            {t('notes')}
          </Button>
        )}
        {isHost && <HostPanel session={session} room={room} />}
        {room && !isHost && <RaiseHand sessionId={session.id} room={room} personId={me.personId} />}
        {callId !== null && (
          <Suspense>
            <RecordingPanel callId={callId} personId={me.personId} />
          </Suspense>
        )}
        {room && <Hands room={room} />}
      </div>
    </div>
  );
}

const isAmong = (people: SessionRoom['hosts'] | undefined, id: string): boolean =>
  people?.some(({ personId }) => personId === id) ?? false;

/** Who waits, as a button over the video; the door, the room and the end for all behind it. */
function HostPanel({ session, room }: { session: Booking; room: SessionRoom | undefined }): JSX.Element {
  const t = useTranslations('sessions');
  const [isOpen, setOpen] = useState(false);
  const waiting = (useQuery(lobbyQuery(session.id)).data?.items ?? []).filter(
    ({ position }) => position !== null,
  );
  return (
    <>
      <Button
        onPress={() => setOpen(true)}
        look={waiting.length > 0 ? 'primary' : 'secondary'}
        data-testid="open-door"
      >
        {t('people', { count: waiting.length })}
      </Button>
      <span className="sr" role="status" aria-live="assertive">
        {waiting.length > 0 ? t('waitingCount', { count: waiting.length }) : ''}
      </span>
      {isOpen && (
        <Dialog title={t('people', { count: 0 })} isOpen onClose={() => setOpen(false)}>
          <Suspense fallback={<Loading />}>
            <HostInside session={session} room={room} />
          </Suspense>
        </Dialog>
      )}
    </>
  );
}
