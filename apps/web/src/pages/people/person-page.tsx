import { LatidoError } from '@latido/client';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import type { JSX } from 'react';
import { useFormatter, useTranslations } from 'use-intl';
import { hasRole, useMe, watches, type Me } from '../../app/api.ts';
import { personQuery, type PersonShown } from '../../app/people.ts';
import { Badge } from '../../ui/badge.tsx';
import { Card, Line, Lines, Page } from '../../ui/layout.tsx';
import { Failure, LoadingPage } from '../../ui/states.tsx';
import { AccessCard } from './access-card.tsx';
import { GiveCard } from './give-card.tsx';
import s from './people.module.css';
import { RoleBadges } from './role-badges.tsx';
import { RolesCard } from './roles-card.tsx';

/** One person, for those who look after people. */
export function PersonPage(): JSX.Element {
  const me = useMe();
  const { personId } = useParams({ from: '/admin/people/$personId' });
  const allowed = watches(me);
  const person = useQuery({ ...personQuery(personId), enabled: allowed });
  if (!me || (allowed && person.isPending)) return <LoadingPage />;
  const error = allowed ? person.error : new LatidoError(403, null);
  if (error || !person.data) {
    return (
      <Page>
        <Failure error={error} onRetry={() => void person.refetch()} />
      </Page>
    );
  }
  return <Shown me={me} person={person.data} />;
}

function Shown({ me, person }: { me: Me; person: PersonShown }): JSX.Element {
  const t = useTranslations('people');
  const mayChange = hasRole(me, ['admin']);
  return (
    <Page title={person.name} actions={<Link to="/admin/people">{t('back')}</Link>}>
      <div className={s['columns']}>
        <div className={s['side']}>
          <GiveCard person={person} />
          {mayChange && <RolesCard key={person.roles.join()} person={person} />}
        </div>
        <div className={s['side']}>
          <WhoCard me={me} person={person} />
          {mayChange && <AccessCard me={me} person={person} />}
        </div>
      </div>
    </Page>
  );
}

function WhoCard({ me, person }: { me: Me; person: PersonShown }): JSX.Element {
  const t = useTranslations('people');
  const format = useFormatter();
  const { bannedAt } = person;
  const day = (at: string): string => format.dateTime(new Date(at), { dateStyle: 'medium' });
  return (
    <Card>
      <div className={s['form']}>
        <div className={s['badges']}>
          <RoleBadges roles={person.roles} />
          {bannedAt !== null && <Badge tone="danger">{t('bannedSince', { when: day(bannedAt) })}</Badge>}
        </div>
        <Lines>
          <Line name={t('email')}>{person.email ?? '–'}</Line>
          <Line name={t('since')}>{day(person.createdAt)}</Line>
        </Lines>
        <p className="small muted">
          {t('id')} <span className="digits">{person.personId}</span>
        </p>
        {me.personId === person.personId && <p className="muted">{t('you')}</p>}
      </div>
    </Card>
  );
}
