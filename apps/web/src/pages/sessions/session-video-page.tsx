import { VideoCallRoom, type Call, type CallEnd } from '@latido/react';
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
import { classes } from '../../ui/classes.ts';
import { Page, usePageTitle } from '../../ui/layout.tsx';
import { Empty, Failure, Loading, LoadingPage } from '../../ui/states.tsx';
import { useToast } from '../../ui/toast.tsx';
import { Beside } from '../video/beside.tsx';
import { useCallChat } from '../video/call-chat.tsx';
import v from '../video/call-view.module.css';
import { useCoins } from '../video/use-coins.tsx';
import { useLeaving } from '../video/use-leaving.tsx';
import { Docked } from './docked.tsx';
import { Hands, RaiseHand } from './hands.tsx';
import { NotesPanel } from './notes.tsx';
import s from './sessions.module.css';

/** Loaded once there are several. */
const GroupGrid = lazy(() => import('../video/group-grid.tsx'));
/** Loaded once the call is there. */
const RecordingPanel = lazy(() => import('../video/recording-panel.tsx'));
/** Loaded as a host opens it. */
const HostInside = lazy(() => import('./host-inside.tsx'));

/** What may stand beside the video, besides the chat. */
type Side = 'notes' | 'people';

/** The session itself: video, and for its host the door. Whoever may not be in it is led to its page. */
export function SessionVideoPage(): JSX.Element {
  const t = useTranslations('sessions');
  const { sessionId } = useParams({ from: '/dashboard/sessions/$sessionId/video' });
  const session = useQuery(sessionQuery(sessionId));
  const me = useMe();
  useSessionNews();
  if (session.isError && !session.data)
    return (
      <Page>
        <Failure error={session.error} onRetry={() => void session.refetch()} />
      </Page>
    );
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
  const { labels } = usePreferences();
  const feed = useFeed();
  const navigate = useNavigate();
  const current = useRef<Call | null>(null);
  const leaving = useLeaving(current);
  const [media] = useState(lastMedia);
  const [callId, setCallId] = useState<string | null>(null);
  const { side, chat, toggle, close } = useSide(callId);
  const coins = useOwnCoins(session);
  const room = useToldRoom(session, callId);
  useFullWindow(session.videoRoomName);
  useOpenCall();
  usePageTitle(session.title);
  const isHost = session.role === 'mentor' || isAmong(room?.hosts, me.personId);
  const leave = (): void =>
    void navigate({ to: '/dashboard/sessions/$sessionId', params: { sessionId: session.id }, replace: true });
  return (
    <div className={classes(v['full'], s['room'])}>
      <h1 className="sr">{session.title}</h1>
      <Beside
        side={
          side === null || (side === 'people' && !isHost) ? (
            chat.panel
          ) : (
            <SidePanel {...{ side, session, room }} onClose={close} />
          )
        }
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
          {...coins.room}
          onChange={(call) => {
            current.current = call;
            coins.follow(call);
            setCallId(call.answer?.callId ?? null);
          }}
          onDisconnect={(end) => {
            coins.tellOut(end);
            leave();
          }}
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
      {coins.sheet}
      <RoomPanel
        {...{ session, me, room, callId, isHost, side }}
        isBeside={side !== null || chat.panel !== null}
        onToggle={toggle}
      />
    </div>
  );
}

/** The room as it is; whoever is turned off is told by whom. */
function useToldRoom(session: Booking, callId: string | null): SessionRoom | undefined {
  const t = useTranslations('sessions');
  const toast = useToast();
  const turnedOff = useCallback(
    (off: { source: Source; byName: string }) => toast({ text: t('turnedOff', off), shownMs: 10_000 }),
    [toast, t],
  );
  return useSessionRoom({ id: session.id, callId }, turnedOff);
}

/** The coins of a mentee who pays by the minute. Whoever is taken out for want of them, while the others go on, is told the way back. */
function useOwnCoins({ price, role }: Booking) {
  const t = useTranslations('sessions');
  const toast = useToast();
  const coins = useCoins(price.kind === 'per_minute' && role === 'mentee');
  return {
    ...coins,
    tellOut({ call }: CallEnd): void {
      if (call?.status !== 'ended' && call?.meter?.cutAt) toast({ text: t('outOfCoins'), shownMs: 20_000 });
    },
  };
}

/** What stands beside the video: one at a time, the chat among them. Once closed, its button has the focus. */
function useSide(callId: string | null) {
  const [side, setSide] = useState<Side | null>(null);
  const chat = useCallChat(callId, () => setSide(null));
  const toggle = (to: Side): void => {
    if (side !== to && chat.panel) chat.close();
    setSide(side === to ? null : to);
  };
  const close = (): void => {
    setSide(null);
    const opener = side === 'notes' ? 'open-notes' : 'open-door';
    document.querySelector<HTMLElement>(`[data-testid="${opener}"]`)?.focus();
  };
  return { side, chat, toggle, close };
}

function SidePanel(props: {
  side: Side;
  session: Booking;
  room: SessionRoom | undefined;
  onClose: () => void;
}): JSX.Element {
  const { side, session, room, onClose } = props;
  const t = useTranslations('sessions');
  if (side === 'notes') return <NotesPanel sessionId={session.id} onClose={onClose} />;
  return (
    <Docked title={t('people', { count: 0 })} onClose={onClose} testId="people-panel">
      <div>
        <Suspense fallback={<Loading />}>
          <HostInside session={session} room={room} />
        </Suspense>
      </div>
    </Docked>
  );
}

/** Over the video: notes, people, one's hand, recording, and the hands that are up. */
function RoomPanel(props: {
  session: Booking;
  me: Pick<Me, 'personId'>;
  room: SessionRoom | undefined;
  callId: string | null;
  isHost: boolean;
  side: Side | null;
  isBeside: boolean;
  onToggle: (side: Side) => void;
}): JSX.Element {
  const t = useTranslations('sessions');
  const { session, room, callId, isHost, side, onToggle } = props;
  const { personId } = props.me;
  return (
    <div className={s['panel']} data-look="dark" data-beside={props.isBeside} data-testid="room-panel">
      <Button onPress={() => onToggle('notes')} aria-expanded={side === 'notes'} data-testid="open-notes">
        {t('notes')}
      </Button>
      {isHost && (
        <PeopleButton
          bookingId={session.id}
          personId={personId}
          isOpen={side === 'people'}
          onToggle={() => onToggle('people')}
        />
      )}
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

/** How many wait, on a button over the video; the door, the room and the end for all stand beside the video once it is pressed. */
function PeopleButton(props: {
  bookingId: string;
  personId: string;
  isOpen: boolean;
  onToggle: () => void;
}): JSX.Element {
  const { bookingId, personId, isOpen, onToggle } = props;
  const t = useTranslations('sessions');
  const { waiting } = useLobby({ bookingId, personId, api, feed: useFeed() });
  useKnock(waiting);
  return (
    <>
      <Button
        onPress={onToggle}
        look={waiting.length > 0 && !isOpen ? 'primary' : 'secondary'}
        aria-expanded={isOpen}
        data-testid="open-door"
      >
        {t('people', { count: waiting.length })}
      </Button>
      <span className="sr" role="status" aria-live="assertive">
        {waiting.length > 0 ? t('waitingCount', { count: waiting.length }) : ''}
      </span>
    </>
  );
}
