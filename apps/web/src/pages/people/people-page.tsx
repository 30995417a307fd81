import { useInfiniteQuery } from '@tanstack/react-query';
import { useDeferredValue, useState, type JSX } from 'react';
import { useFormatter, useNow, useTranslations } from 'use-intl';
import { peopleQuery, type PersonShown } from '../../app/people.ts';
import { Badge } from '../../ui/badge.tsx';
import { Chips } from '../../ui/chips.tsx';
import { Field } from '../../ui/field.tsx';
import { Page, Stack } from '../../ui/layout.tsx';
import { More } from '../../ui/more.tsx';
import { Coins } from '../../ui/money.tsx';
import { Cell, Row, RowLink, Rows } from '../../ui/rows.tsx';
import { Empty, Failure, Loading } from '../../ui/states.tsx';
import { OnlyWatchers } from '../../ui/only-watchers.tsx';
import s from './people.module.css';
import { RoleBadges } from './role-badges.tsx';

/** Everybody, for those who look after people. */
export function PeoplePage(): JSX.Element {
  return (
    <OnlyWatchers>
      <People />
    </OnlyWatchers>
  );
}

function People(): JSX.Element {
  const t = useTranslations('people');
  const [q, setQ] = useState('');
  const [show, setShow] = useState('all');
  const people = useInfiniteQuery(peopleQuery({ q: useDeferredValue(q), show }));
  const rows = people.data?.pages.flatMap((page) => page.items) ?? [];
  const shows = ['all', 'asking', 'banned'] as const;
  return (
    <Page title={t('title')} text={t('text')}>
      <Stack>
        <div className={s['filter']}>
          <Field label={t('search')} value={q} onChange={setQ} autoComplete="off" testId="people-search" />
          <Chips
            label={t('show')}
            value={show}
            onChange={setShow}
            options={shows.map((id) => ({ id, label: t(id) }))}
          />
        </div>
        {people.isPending ? (
          <Loading />
        ) : people.isLoadingError ? (
          <Failure error={people.error} onRetry={() => void people.refetch()} />
        ) : rows.length === 0 ? (
          <Empty title={t('nobody')} text={t('nobodyText')} />
        ) : (
          <Rows label={t('title')}>
            {rows.map((person) => (
              <PersonRow key={person.personId} person={person} />
            ))}
          </Rows>
        )}
        <More of={people}>{t('more')}</More>
      </Stack>
    </Page>
  );
}

function PersonRow({ person }: { person: PersonShown }): JSX.Element {
  return (
    <Row testId="person-row">
      <Cell part="main">
        <RowLink to="/admin/people/$personId" params={{ personId: person.personId }}>
          {person.name}
        </RowLink>
        <span className="small muted">{person.email}</span>
      </Cell>
      <Cell part="side">
        <RoleBadges roles={person.roles} />
      </Cell>
      <Cell part="figure">
        {person.balance !== null && (
          <span>
            <Coins of={person.balance} />
          </span>
        )}
      </Cell>
      <Cell part="state">
        <Standing person={person} />
      </Cell>
    </Row>
  );
}

/** What is to know of somebody at first sight. */
function Standing({ person }: { person: PersonShown }): JSX.Element {
  const t = useTranslations('people');
  const format = useFormatter();
  const now = useNow({ updateInterval: 60_000 });
  if (person.bannedAt !== null) return <Badge tone="danger">{t('isBanned')}</Badge>;
  if (person.asksSince !== null) return <Badge tone="warn">{t('asking')}</Badge>;
  const { lastSeenAt } = person;
  return (
    <span className="small muted">
      {lastSeenAt === null
        ? t('neverSeen')
        : t('seen', { when: format.relativeTime(new Date(lastSeenAt), now) })}
    </span>
  );
}
