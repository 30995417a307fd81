import { useParams } from '@tanstack/react-router';
import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import { roomAt } from '../../app/api.ts';
import { Page } from '../../ui/layout.tsx';
import { Exports, Record } from './record.tsx';

/** Who was in a room, also in one that Latido never made. */
export function RoomPage(): JSX.Element {
  const t = useTranslations('attendance');
  const { roomName } = useParams({ from: '/rooms/$roomName/attendance' });
  const at = roomAt(roomName);
  return (
    <Page title={t('titleOf', { name: roomName })} actions={<Exports at={at} />}>
      <Record at={at} live />
    </Page>
  );
}
