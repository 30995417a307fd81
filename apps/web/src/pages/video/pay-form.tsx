import { LatidoError } from '@latido/client';
import { problemOfRequest } from '@latido/react';
import { useMutation } from '@tanstack/react-query';
import { useState, type JSX } from 'react';
import { useTranslations } from 'use-intl';
import { api, type CallState } from '../../app/api.ts';
import { usePreferences } from '../../app/preferences.tsx';
import { Button } from '../../ui/button.tsx';
import { Field } from '../../ui/field.tsx';
import { Form } from '../../ui/form.tsx';
import { useToast } from '../../ui/toast.tsx';
import s from './prejoin.module.css';

/** A room name that nobody guesses: the link is the invitation. */
export function newRoomName(
  random: (length: number) => Uint8Array = (n) => crypto.getRandomValues(new Uint8Array(n)),
): string {
  const letters = 'abcdefghjkmnpqrstuvwxyz23456789';
  const name = [...random(12)].map((byte) => letters[byte % letters.length]).join('');
  return `room-${name}`;
}

/** Invite a person by e-mail, or make a link to send. Both end in a room to go into. */
export function PayForm({ onRoom }: { onRoom: (roomName: string) => void }): JSX.Element {
  const t = useTranslations('video');
  const [who, setWho] = useState('');
  const [tried, setTried] = useState(false);
  const start = useMutation({
    mutationFn: () => api.send<CallState>('POST', '/api/v1/calls', { with: who.trim() }),
    onSuccess: (call) => onRoom(call.roomName),
  });
  const submit = (): void => {
    setTried(true);
    if (who.trim() !== '') start.mutate();
  };
  return (
    <>
      <Form className={s['form']} onSubmit={submit}>
        <Field
          label={t('who')}
          hint={t('whoHint')}
          type="email"
          autoComplete="off"
          value={who}
          onChange={setWho}
          error={tried && who.trim() === '' ? t('whoEmpty') : null}
          testId="invite-email"
        />
        <StartFailure error={start.error} />
        <Button type="submit" look="primary" wide isPending={start.isPending} data-testid="start-call">
          {start.isPending ? t('starting') : t('call')}
        </Button>
      </Form>
      <ShareLink onRoom={onRoom} />
    </>
  );
}

function StartFailure({ error }: { error: unknown }): JSX.Element | null {
  const t = useTranslations('video');
  const { labels } = usePreferences();
  if (!error) return null;
  const { code, extra } = problemOfRequest(error);
  const { required, missing } = extra;
  const known402 = typeof required === 'number' && typeof missing === 'number';
  const told: Readonly<Record<string, string>> = {
    'person.not_found': t('notFound'),
    'auth.forbidden': t('notEarning'),
    'request.invalid': t('yourself'),
    'call.elsewhere': t('youTalk'),
    ...(known402 ? { 'balance.insufficient': t('missing', { coins: required, missing }) } : {}),
  };
  const known = error instanceof LatidoError && error.code !== null ? told[error.code] : undefined;
  const sentence = known ?? labels.problem(code);
  return (
    <p className={s['failure']} role="alert" data-testid="start-failure">
      {sentence}
    </p>
  );
}

function ShareLink({ onRoom }: { onRoom: (roomName: string) => void }): JSX.Element {
  const t = useTranslations('video');
  const toast = useToast();
  const [room, setRoom] = useState<string | null>(null);
  const link = room === null ? '' : `${location.origin}/video?room=${room}`;
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(link).then(
      () => toast({ text: t('copied') }),
      () => undefined, // without permission the link stands there to be copied by hand
    );
  };
  return (
    <div className={s['or']}>
      <h2>{t('orLink')}</h2>
      <p className="muted">{t('linkText')}</p>
      {room === null ? (
        <Button onPress={() => setRoom(newRoomName())} data-testid="make-link">
          {t('makeLink')}
        </Button>
      ) : (
        <>
          <Field label={t('link')} value={link} onChange={() => undefined} isReadOnly testId="share-link" />
          <div className={s['link']}>
            <Button onPress={() => void copy()} data-testid="copy-link">
              {t('copy')}
            </Button>
            <Button look="primary" onPress={() => onRoom(room)} data-testid="open-room">
              {t('openRoom')}
            </Button>
          </div>
        </>
      )}
    </div>
  );
}
