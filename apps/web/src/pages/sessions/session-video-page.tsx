import { VideoCallRoom, type Call } from '@latido/react';
import { useKnock, useLobby } from '@latido/react/lobby';
import { useQuery } from '@tanstack/react-query';
import { Navigate, useNavigate, useParams } from '@tanstack/react-router';
import { lazy, Suspense, useCallback, useRef, useState, type JSX } from 'react';
import { useTranslations } from 'use-intl';
import { lastMedia } from '../../app/accepted.ts';
import { api, useMe, type Me } from '../../app/api.ts';
import { useFeed } from '../../app/feed.ts';
import { usePreferences } from '../../app/preferences.tsx';
import { useSessionRoom, type SessionRoom, type Source } from '../../app/session-room.ts';
import { sessionQuery, useSessionNews, type Booking } from '../../app/sessions.ts';
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

/** Loaded once there are several. */
const GroupGrid = lazy(() => import('../video/group-grid.tsx'));
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
  const room = <Room session={session.data} me={me} />;
  const { callId } = session.data;
  if (callId === null) return room;
  // Where it is recorded, whoever comes later is asked before they come in.
  return (
    <Suspense fallback={<LoadingPage />}>
      <RecordingPanel callId={callId} personId={me.personId}>
        {room}
      </RecordingPanel>
    </Suspense>
  );
}

function Room({ session, me }: { session: Booking; me: Me }): JSX.Element {
  const t = useTranslations('sessions');
  const { labels } = usePreferences();
  const feed = useFeed();
  const navigate = useNavigate();
  const current = useRef<Call | null>(null);
  const leaving = useLeaving(current);
  const [media] = useState(lastMedia);
  const [hasNotes, setNotes] = useState(false);
  const [callId, setCallId] = useState<string | null>(null);
  const chat = useCallChat(callId, () => setNotes(false));
  const toast = useToast();
  const turnedOff = useCallback(
    (off: { source: Source; byName: string }) => toast({ text: t('turnedOff', off), shownMs: 10_000 }),
    [toast, t],
  );
  const room = useSessionRoom({ id: session.id, callId }, turnedOff);
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
          media={media}
          chat={chat.button}
          onChange={(call) => {
            current.current = call;
            setCallId(call.answer?.callId ?? null);
          }}
          onDisconnect={leave}
          onLeave={leave}
          renderGroup={(stage) => (
            <Suspense>
              <GroupGrid {...stage} hands={room?.hands} />
            </Suspense>
          )}
          renderEnd={() => null}
        />
      </Beside>
      {leaving}
      <RoomPanel
        {...{ session, me, room, callId }}
        isBeside={hasNotes || chat.panel !== null}
        onNotes={
          hasNotes
            ? null
            : () => {
                if (chat.panel) chat.close();
                setNotes(true);
              }
        }
      />
    </div>
  );
}

/** Over the video: notes, people, one's hand, recording, and the hands that are up. */
function RoomPanel(props: {
  session: Booking;
  me: Pick<Me, 'personId'>;
  room: SessionRoom | undefined;
  callId: string | null;
  isBeside: boolean;
  /** Null while they are open. */
  onNotes: (() => void) | null;
}): JSX.Element {
  const t = useTranslations('sessions');
  const { session, room, callId, onNotes } = props;
  const { personId } = props.me;
  const isHost = session.role === 'mentor' || isAmong(room?.hosts, personId);
  return (
    <div className={s['panel']} data-beside={props.isBeside}>
      {onNotes && (
        <Button onPress={onNotes} data-testid="open-notes">
          {t('notes')}
        </Button>
      )}
      {isHost && <HostPanel session={session} room={room} personId={personId} />}
      {room && !isHost && <RaiseHand sessionId={session.id} room={room} personId={personId} />}
      {callId !== null && (
        <Suspense>
          <RecordingPanel callId={callId} personId={personId} />
        </Suspense>
      )}
      {room && <Hands room={room} />}
    </div>
  );
}

const isAmong = (people: SessionRoom['hosts'] | undefined, id: string): boolean =>
  people?.some(({ personId }) => personId === id) ?? false;

/** Who waits, as a button over the video; the door, the room and the end for all behind it. */
function HostPanel(props: {
  session: Booking;
  room: SessionRoom | undefined;
  personId: string;
}): JSX.Element {
  const { session, room, personId } = props;
  const t = useTranslations('sessions');
  const [isOpen, setOpen] = useState(false);
  const { waiting } = useLobby({ bookingId: session.id, personId, api, feed: useFeed() });
  useKnock(waiting);
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
