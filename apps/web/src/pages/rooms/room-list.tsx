import { useInfiniteQuery } from '@tanstack/react-query';
import type { JSX } from 'react';
import { useFormatter, useNow, useTranslations } from 'use-intl';
import { roomsQuery, type IndexFilter, type RoomShown } from '../../app/meetings.ts';
import { Badge } from '../../ui/badge.tsx';
import { More } from '../../ui/more.tsx';
import { Cell, Row, RowLink, Rows } from '../../ui/rows.tsx';
import { Failure, Loading } from '../../ui/states.tsx';
import { Nothing } from './meetings.tsx';

/** Rooms, each with its meetings. */
export function RoomList(props: { filter: IndexFilter; onClear: (() => void) | undefined }): JSX.Element {
  const t = useTranslations('rooms');
  const rooms = useInfiniteQuery(roomsQuery(props.filter));
  const found = rooms.data?.pages.flatMap((page) => page.items) ?? [];
  if (rooms.isPending) return <Loading />;
  if (rooms.isLoadingError) return <Failure error={rooms.error} onRetry={() => void rooms.refetch()} />;
  if (found.length === 0) return <Nothing onClear={props.onClear} />;
  return (
    <>
      <Rows label={t('rooms')}>
        {found.map((room) => (
          <RoomRow key={room.name} room={room} />
        ))}
      </Rows>
      <More of={rooms}>{t('more')}</More>
    </>
  );
}

function RoomRow({ room }: { room: RoomShown }): JSX.Element {
  const t = useTranslations('rooms');
  const format = useFormatter();
  const now = useNow({ updateInterval: 60_000 });
  const when = format.relativeTime(new Date(room.lastJoinAt), now);
  return (
    <Row testId="room-row">
      <Cell part="main">
        <RowLink to="/rooms/$roomName/attendance" params={{ roomName: room.name }}>
          {room.name}
        </RowLink>
      </Cell>
      <Cell part="side">
        <span className="muted">{t('meetingsOf', { meetings: room.meetings })}</span>
      </Cell>
      <Cell part="figure">{null}</Cell>
      <Cell part="state">
        {room.peopleNow > 0 ? (
          <Badge tone="alive">{t('peopleNow', { count: room.peopleNow })}</Badge>
        ) : (
          <span className="small muted">{t('lastAt', { when })}</span>
        )}
      </Cell>
    </Row>
  );
}
