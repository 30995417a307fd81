import { useQuery } from '@tanstack/react-query';
import { useParams, useSearch } from '@tanstack/react-router';
import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import { recordQuery, roomAt, type Attendee } from '../../app/api.ts';
import { Page } from '../../ui/layout.tsx';
import { Exports, Record } from './record.tsx';

/** Who was in a room, also in one that Latido never made. */
export function RoomPage(): JSX.Element {
  const t = useTranslations('attendance');
  const { roomName } = useParams({ from: '/rooms/$roomName/attendance' });
  const within = useSearch({ from: '/rooms/$roomName/attendance' });
  const at = roomAt(roomName);
  const people = useQuery(recordQuery<Attendee>(at, 'attendance', { within }));
  return (
    <Page
      title={t('titleOf', { name: roomName })}
      actions={people.data?.items.length ? <Exports at={at} within={within} /> : null}
    >
      <Record at={at} within={within} live={within.to === undefined} />
    </Page>
  );
}
