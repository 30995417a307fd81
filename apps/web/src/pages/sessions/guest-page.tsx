import { LatidoError } from '@latido/client';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Navigate, useNavigate, useParams } from '@tanstack/react-router';
import { useState, type JSX } from 'react';
import { useFormatter, useTranslations } from 'use-intl';
import { forgetPerson, useMe, type Me } from '../../app/api.ts';
import { comeByLink, invitationQuery, type GuestInvitation } from '../../app/guests.ts';
import { useSentence } from '../../app/sentence.ts';
import { Button, ButtonLink } from '../../ui/button.tsx';
import { Field } from '../../ui/field.tsx';
import { Form } from '../../ui/form.tsx';
import { Card, Page, Stack } from '../../ui/layout.tsx';
import { Empty, Failure, LoadingPage } from '../../ui/states.tsx';
import { ownZone } from './when.tsx';

/** The longest name that the server takes. */
const NAME_MAX = 60;

/** Where the link of a session leads: whoever has no account says a name, and then waits at the door as everybody. */
export function GuestPage(): JSX.Element {
  const { link } = useParams({ from: '/s/$link' });
  const invited = useQuery(invitationQuery(link));
  const me = useMe();
  const { data, error } = invited;
  if (error instanceof LatidoError && error.code === 'guest.link_invalid') return <LinkGone />;
  if (error && !data)
    return (
      <Page>
        <Failure error={error} onRetry={() => void invited.refetch()} />
      </Page>
    );
  if (!data || me === undefined) return <LoadingPage />;
  if (data.you !== null)
    return <Navigate to="/dashboard/sessions/$sessionId" params={{ sessionId: data.bookingId }} replace />;
  return <Invited invitation={data} me={me} link={link} />;
}

function LinkGone(): JSX.Element {
  const t = useTranslations('sessions');
  const app = useTranslations('app');
  return (
    <Page name={t('linkGone')}>
      <div data-testid="link-gone">
        <Empty title={t('linkGone')} text={t('linkGoneText')}>
          <ButtonLink to="/sign-in">{app('signIn')}</ButtonLink>
        </Empty>
      </div>
    </Page>
  );
}

function Invited(props: { invitation: GuestInvitation; me: Me | null; link: string }): JSX.Element {
  const t = useTranslations('sessions');
  const format = useFormatter();
  const { invitation, me, link } = props;
  const { title, hostName, startsAt, endsAt, opensAt, fault } = invitation;
  const day = { weekday: 'long', day: 'numeric', month: 'long', timeZone: ownZone() } as const;
  const hour = { hour: '2-digit', minute: '2-digit', timeZone: ownZone() } as const;
  const [from, to, opens] = [startsAt, endsAt, opensAt].map((at) => new Date(at)) as [Date, Date, Date];
  const time = `${format.dateTime(from, { ...day, ...hour })}–${format.dateTime(to, hour)}`;
  return (
    <Page narrow title={title} text={t('guestOf', { name: hostName, time })}>
      <Card>
        {fault === null ? (
          <NameForm link={link} me={me} />
        ) : (
          <p role="status" data-testid="guest-fault" data-fault={fault}>
            {t('guestFault', { fault, time: format.dateTime(opens, { ...day, ...hour }) })}
          </p>
        )}
      </Card>
    </Page>
  );
}

/** A name is asked of whoever has no account; who is signed in comes as themselves. */
function NameForm({ link, me }: { link: string; me: Me | null }): JSX.Element {
  const t = useTranslations('sessions');
  const sentence = useSentence();
  const client = useQueryClient();
  const navigate = useNavigate();
  const known = me && !me.isGuest ? me.name : null;
  const [typed, setTyped] = useState('');
  const [tried, setTried] = useState(false);
  const name = (known ?? typed).trim().slice(0, NAME_MAX);
  const come = useMutation({
    mutationFn: () => comeByLink(link, name),
    onSuccess: async ({ bookingId }) => {
      await forgetPerson(client);
      await navigate({
        to: '/dashboard/sessions/$sessionId',
        params: { sessionId: bookingId },
        replace: true,
      });
    },
  });
  const submit = (): void => {
    setTried(true);
    if (name !== '') come.mutate();
  };
  return (
    <Form onSubmit={submit}>
      <Stack>
        {known === null ? (
          <Field
            label={t('guestName')}
            hint={t('guestNameHint')}
            value={typed}
            onChange={setTyped}
            autoComplete="name"
            error={tried && name === '' ? t('guestNeedName') : null}
            testId="guest-name"
          />
        ) : (
          <p>{t('guestAs', { name: known })}</p>
        )}
        {come.isError && <p role="alert">{sentence(come.error)}</p>}
        <Button type="submit" look="primary" wide isPending={come.isPending} data-testid="guest-come">
          {t('guestCome')}
        </Button>
        <p className="small muted">{t('guestDoor')}</p>
      </Stack>
    </Form>
  );
}
