import type { NoticeTopic } from '@latido/protocol';
import { useInbox, type InboxView } from '@latido/react';
import { useState, type JSX } from 'react';
import { useTranslations } from 'use-intl';
import { api, useMe } from '../../app/api.ts';
import { useFeed } from '../../app/feed.ts';
import { usePreferences } from '../../app/preferences.tsx';
import { Button } from '../../ui/button.tsx';
import { Chips } from '../../ui/chips.tsx';
import { Select } from '../../ui/select.tsx';
import { Page, Stack } from '../../ui/layout.tsx';
import { Empty, Failure, Loading } from '../../ui/states.tsx';
import { Devices } from './devices.tsx';
import s from './inbox.module.css';
import { KINDS, TYPES } from './kinds.ts';
import { NoticeRow } from './notice-row.tsx';
import { Ways } from './ways.tsx';

const TOPICS: readonly NoticeTopic[] = ['calls', 'money', 'collections', 'other'];
const SHOWS = ['all', 'unread'] as const;

/** Everything that a person was told, and how they want to be told. */
export function InboxPage(): JSX.Element {
  const t = useTranslations('notices');
  const { locale } = usePreferences();
  const [show, setShow] = useState('all');
  const [about, setAbout] = useState('');
  const personId = useMe()?.personId;
  const of = { api, feed: useFeed(), personId };
  const topic = TOPICS.find((each) => each === about);
  const type = TYPES.find((each) => each === about);
  const inbox = useInbox({ ...of, unreadOnly: show === 'unread', topic, type, locale });
  const topics = TOPICS.map((id) => ({ id, label: t(`topic.${id}`) }));
  const kinds = TYPES.map((id) => ({ id, label: `· ${t(`kinds.${KINDS[id]}`)}` }));
  return (
    <Page
      title={t('title')}
      text={t('text')}
      actions={
        (inbox.unread ?? 0) > 0 && (
          <Button data-testid="read-all" onPress={() => void inbox.readAll().catch(() => undefined)}>
            {t('readAll')}
          </Button>
        )
      }
    >
      <Stack>
        <div className={s['filters']}>
          <Chips
            label={t('show')}
            value={show}
            onChange={setShow}
            options={SHOWS.map((id) => ({ id, label: t(id) }))}
          />
          <Select
            label={t('about')}
            value={about}
            onChange={setAbout}
            testId="inbox-topic"
            options={[{ id: '', label: t('everything') }, ...topics, ...kinds]}
          />
        </div>
        <Notices inbox={inbox} isFiltered={show !== 'all' || about !== ''} />
        {personId !== undefined && <Devices personId={personId} />}
        <Ways personId={personId} />
      </Stack>
    </Page>
  );
}

function Notices({ inbox, isFiltered }: { inbox: InboxView; isFiltered: boolean }): JSX.Element {
  const t = useTranslations('notices');
  const { items, error } = inbox;
  if (items === null) return error ? <Failure error={error} onRetry={inbox.retry} /> : <Loading />;
  if (items.length === 0)
    return isFiltered ? (
      <Empty title={t('noneSo')} text={t('noneSoText')} />
    ) : (
      <Empty title={t('nothing')} text={t('nothingText')} />
    );
  return (
    <>
      <ul className={s['list']} aria-label={t('title')} data-testid="notices">
        {items.map((notice) => (
          <NoticeRow
            key={notice.cursor}
            notice={notice}
            onRead={() => void inbox.markRead([notice.cursor]).catch(() => undefined)}
          />
        ))}
      </ul>
      {inbox.hasMore && <Button onPress={() => void inbox.more().catch(() => undefined)}>{t('more')}</Button>}
    </>
  );
}
