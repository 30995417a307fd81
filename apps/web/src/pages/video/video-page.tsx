import type { MediaChoice } from '@latido/react';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { lazy, Suspense, useEffect, useRef, useState, type JSX } from 'react';
import { useTranslations } from 'use-intl';
import { forgetAccepted, isAccepted, keepMedia, lastMedia } from '../../app/accepted.ts';
import { api, earns, pays, useMe, type CallState, type Me } from '../../app/api.ts';
import { callerOf, useInvitations, useLeftOpen } from '../../app/invitations.ts';
import { useSentence } from '../../app/sentence.ts';
import { Button, ButtonLink } from '../../ui/button.tsx';
import { Loading, LoadingPage, NotYours } from '../../ui/states.tsx';
import { useToast } from '../../ui/toast.tsx';
import { CallView } from './call-view.tsx';
import { useCallBefore } from './kept-call.ts';
import { Prejoin } from './prejoin.tsx';
import { useDevices } from './use-devices.ts';

/** For the door of a session. */
export { DoorPreview } from './door-preview.tsx';

/** Loaded where no room is named yet: who was called needs neither. */
const PayForm = lazy(async () => ({ default: (await import('./pay-form.tsx')).PayForm }));
const EarnForm = lazy(async () => ({ default: (await import('./earn-form.tsx')).EarnForm }));

interface Joined {
  readonly roomName: string;
  readonly media: MediaChoice;
  /** The address's room at that moment: another one there later, e.g. an accepted call, leads out of this one. */
  readonly asked: string | undefined;
}

/** Calls: get ready, be in one, see what it was. */
export function VideoPage(): JSX.Element {
  const sentence = useSentence();
  const me = useMe();
  const search = useSearch({ from: '/video' });
  const navigate = useNavigate();
  const client = useQueryClient();
  const toast = useToast();
  const [joined, setJoined] = useState<Joined | null>(null);
  const [left, setLeft] = useState(false);
  const before = useCallBefore(search.room);
  // Whose call it is does not change when their sign-in ends in the middle of it.
  const known = useRef(me);
  known.current = me ?? known.current;
  const person = known.current;
  const goesBack = before && !joined && !left;
  const accepts = isAccepted(search.room) && joined?.roomName !== search.room;
  useEffect(() => {
    if (isAccepted(joined?.roomName)) forgetAccepted();
  }, [joined]);
  // In render, not after it: a preview that opened in between would take the camera from the call.
  if (goesBack) setJoined({ roomName: before.roomName, media: before.media, asked: search.room });
  if (accepts && search.room !== undefined)
    setJoined({ roomName: search.room, media: lastMedia(), asked: search.room });
  if (!person || before === undefined || goesBack || accepts) return <LoadingPage />;
  if (!joined || joined.asked !== search.room)
    return <Ready key={search.room ?? ''} me={person} search={search} onJoin={setJoined} />;

  const leave = (): void => {
    setJoined(null);
    setLeft(true);
    void client.invalidateQueries();
    void navigate({ to: '/video', search: {}, replace: true });
  };
  const again = async (partnerId: string): Promise<void> => {
    try {
      const call = await api.send<CallState>('POST', '/api/v1/calls', { with: partnerId });
      setJoined({ ...joined, roomName: call.roomName, media: lastMedia() });
    } catch (error) {
      leave();
      toast({ text: sentence(error), tone: 'danger' });
    }
  };
  return (
    <CallView
      key={joined.roomName}
      me={person}
      roomName={joined.roomName}
      media={joined.media}
      onLeave={leave}
      onAgain={(partnerId) => void again(partnerId)}
    />
  );
}

function Ready(props: { me: Me; search: { room?: string }; onJoin: (joined: Joined) => void }): JSX.Element {
  const t = useTranslations('video');
  const devices = useDevices();
  const partner = usePartnerIn(props.search.room, props.me);
  const { me, search } = props;
  const go = (roomName: string): void => {
    // Whoever joins before the preview has opened wants to be seen all the same; only a refusal is a refusal.
    const ready = devices.state === 'ready' || devices.state === 'asking';
    const media = {
      audio: ready && devices.audio,
      video: ready && devices.video,
      audioDeviceId: devices.microphone ?? undefined,
      videoDeviceId: devices.camera ?? undefined,
    };
    devices.release();
    keepMedia(media);
    props.onJoin({ roomName, media, asked: search.room });
  };
  if (!pays(me) && !earns(me)) return <Guest />;
  if (search.room !== undefined) {
    const room = search.room;
    const what = partner === undefined ? t('joinRoom', { room }) : t('joinCall', { name: partner });
    const text = pays(me) ? `${what} ${t('joinPay')}` : what;
    return (
      <Prejoin me={me} devices={devices} title={t('joinTitle')} text={text}>
        <Button look="primary" wide onPress={() => go(room)} data-testid="join-call">
          {t('join')}
        </Button>
      </Prejoin>
    );
  }
  if (pays(me)) {
    return (
      <Prejoin me={me} devices={devices} title={t('payTitle')} text={t('payText')}>
        <Suspense fallback={<Loading />}>
          <PayForm onRoom={go} />
        </Suspense>
      </Prejoin>
    );
  }
  return (
    <Prejoin me={me} devices={devices} title={t('earnTitle')} text={t('earnText')}>
      <Suspense fallback={<Loading />}>
        <EarnForm me={me} onRoom={go} />
      </Suspense>
    </Prejoin>
  );
}

/** Who is in the open call of a room: a name says more than what a room is called. */
function usePartnerIn(room: string | undefined, me: Me): string | undefined {
  const open = [...useInvitations(), ...useLeftOpen()];
  const call = open.find(({ roomName }) => roomName === room);
  return call && callerOf(call, me);
}

function Guest(): JSX.Element {
  const t = useTranslations();
  return (
    <NotYours>
      <ButtonLink to="/dashboard/video-test" look="primary">
        {t('app.test')}
      </ButtonLink>
    </NotYours>
  );
}
