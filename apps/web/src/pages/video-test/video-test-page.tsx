import { VideoCallRoom, type Call } from '@latido/react';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { lazy, Suspense, useRef, useState, type JSX } from 'react';
import { useTranslations } from 'use-intl';
import { api, useMe } from '../../app/api.ts';
import { useFeed } from '../../app/feed.ts';
import { usePreferences } from '../../app/preferences.tsx';
import { useFullWindow, useOpenCall } from '../../ui/app-shell.tsx';
import { Button, ButtonLink } from '../../ui/button.tsx';
import { Field } from '../../ui/field.tsx';
import { Form } from '../../ui/form.tsx';
import { Actions, Card, Page, Stack } from '../../ui/layout.tsx';
import { Beside } from '../video/beside.tsx';
import { useCallChat } from '../video/call-chat.tsx';
import s from '../video/call-view.module.css';
import { RecordCall } from '../video/record-call.tsx';
import { useLeaving } from '../video/use-leaving.tsx';
import { useRoomChatId } from './room-chat.ts';

/** Loaded once there are several. */
const GroupGrid = lazy(() => import('../video/group-grid.tsx'));

interface Joined {
  readonly room: string;
  readonly name: string;
}

/** A room for trying: any name, any number of tabs, no coins. */
export function VideoTestPage(): JSX.Element {
  const search = useSearch({ from: '/dashboard/video-test' });
  const navigate = useNavigate();
  const [joined, setJoined] = useState<Joined | null>(null);
  const [left, setLeft] = useState<Joined | null>(null);
  useFullWindow(joined?.room ?? null);
  const join = (next: Joined): void => {
    setJoined(next);
    void navigate({ to: '/dashboard/video-test', search: { room: next.room }, replace: true });
  };
  if (joined) {
    const end = (): void => {
      setLeft(joined);
      setJoined(null);
    };
    return <TestRoom {...joined} onEnd={end} />;
  }
  return left ? (
    <Left joined={left} onAgain={() => join(left)} onBack={() => setLeft(null)} />
  ) : (
    <JoinForm room={search.room ?? ''} onJoin={join} />
  );
}

function TestRoom({ room, name, onEnd }: Joined & { onEnd: () => void }): JSX.Element {
  const { labels } = usePreferences();
  const current = useRef<Call | null>(null);
  const leaving = useLeaving(current);
  const [call, setCall] = useState<Call | null>(null);
  const callId = call?.answer?.callId ?? null;
  const roomId = useRoomChatId(call);
  const chat = useCallChat(callId ?? roomId);
  const me = useMe();
  useOpenCall();
  return (
    <div className={s['full']}>
      <h1 className="sr">{room}</h1>
      <Beside side={chat.panel}>
        <VideoCallRoom
          roomName={room}
          participantName={name}
          endpoint="token"
          api={api}
          feed={useFeed()}
          labels={labels}
          chat={chat.button}
          onChange={(next) => {
            current.current = next;
            setCall(next);
          }}
          onDisconnect={onEnd}
          onLeave={onEnd}
          renderGroup={(stage) => (
            <Suspense>
              <GroupGrid {...stage} />
            </Suspense>
          )}
          renderEnd={() => null}
        />
      </Beside>
      {leaving}
      {callId !== null && me && <RecordCall callId={callId} personId={me.personId} />}
    </div>
  );
}

function JoinForm({ room: first, onJoin }: { room: string; onJoin: (joined: Joined) => void }): JSX.Element {
  const t = useTranslations('test');
  const me = useMe();
  const [room, setRoom] = useState(first);
  const [typed, setName] = useState<string | null>(null);
  const [tried, setTried] = useState(false);
  const name = typed ?? me?.name ?? '';
  const submit = (): void => {
    setTried(true);
    if (room.trim() !== '' && name.trim() !== '') onJoin({ room: room.trim(), name: name.trim() });
  };
  return (
    <Page narrow title={t('title')} text={t('text')}>
      <Card>
        <Form onSubmit={submit}>
          <Stack>
            <Field
              label={t('room')}
              value={room}
              onChange={setRoom}
              autoComplete="off"
              error={tried && room.trim() === '' ? t('needRoom') : null}
              testId="room-name"
            />
            <Field
              label={t('name')}
              value={name}
              onChange={setName}
              autoComplete="off"
              error={tried && name.trim() === '' ? t('needName') : null}
              testId="participant-name"
            />
            <Button type="submit" look="primary" wide data-testid="join-room">
              {t('join')}
            </Button>
          </Stack>
        </Form>
      </Card>
    </Page>
  );
}

function Left(props: { joined: Joined; onAgain: () => void; onBack: () => void }): JSX.Element {
  const t = useTranslations();
  return (
    <Page narrow title={t('test.leave')} text={props.joined.room}>
      <div data-testid="test-left">
        <Actions>
          <Button look="primary" onPress={props.onAgain}>
            {t('test.again')}
          </Button>
          <Button onPress={props.onBack}>{t('app.back')}</Button>
          <ButtonLink look="quiet" to="/rooms/$roomName/attendance" params={{ roomName: props.joined.room }}>
            {t('test.attendance')}
          </ButtonLink>
        </Actions>
      </div>
    </Page>
  );
}
