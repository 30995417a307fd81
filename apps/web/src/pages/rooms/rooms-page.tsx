import { useDeferredValue, useState, type JSX } from 'react';
import { useTranslations } from 'use-intl';
import { hasRole, useMe, watches } from '../../app/api.ts';
import { indexQuery, type IndexFilter } from '../../app/meetings.ts';
import { ButtonAnchor } from '../../ui/button.tsx';
import { Chips } from '../../ui/chips.tsx';
import { Field } from '../../ui/field.tsx';
import { Page, Stack } from '../../ui/layout.tsx';
import { LoadingPage } from '../../ui/states.tsx';
import { Door } from './door.tsx';
import { Meetings } from './meetings.tsx';
import { RoomList } from './room-list.tsx';
import s from './rooms.module.css';

const NO_FILTER: IndexFilter = { room: '', from: '', to: '' };

/** What there was: meetings and rooms, by day, for whoever may see them. */
export function RoomsPage(): JSX.Element {
  const t = useTranslations('rooms');
  const me = useMe();
  const [filter, setFilter] = useState(NO_FILTER);
  const [show, setShow] = useState('meetings');
  const asked = useDeferredValue(filter);
  if (!me) return <LoadingPage />;
  const clear = (): void => setFilter(NO_FILTER);
  const isFiltered = filter.room !== '' || filter.from !== '' || filter.to !== '';
  const list = { filter: asked, onClear: isFiltered ? clear : undefined };
  return (
    <Page
      title={t('title')}
      text={t(watches(me) ? 'textAll' : 'textOwn')}
      actions={show === 'meetings' && <Files filter={asked} />}
    >
      <Stack>
        <Filter filter={filter} onChange={setFilter} show={show} onShow={setShow} />
        {show === 'meetings' ? <Meetings {...list} /> : <RoomList {...list} />}
        {watches(me) && <Door mayMakeKeys={hasRole(me, ['admin'])} />}
      </Stack>
    </Page>
  );
}

function Files({ filter }: { filter: IndexFilter }): JSX.Element {
  const t = useTranslations('rooms');
  /** A page that is printed tells its times by the clock of whoever prints it. */
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const at = (more: Record<string, string>): string =>
    `/api/v1/meetings${indexQuery(filter, 'room', { format: 'csv', ...more })}`;
  return (
    <>
      <ButtonAnchor href={at({})} download data-testid="meetings-csv">
        {t('csv')}
      </ButtonAnchor>
      <ButtonAnchor href={at({ format: 'xlsx' })} download data-testid="meetings-excel">
        {t('excel')}
      </ButtonAnchor>
      <ButtonAnchor href={at({ format: 'pdf', zone })} download data-testid="meetings-pdf">
        {t('pdf')}
      </ButtonAnchor>
    </>
  );
}

function Filter(props: {
  filter: IndexFilter;
  onChange: (filter: IndexFilter) => void;
  show: string;
  onShow: (show: string) => void;
}): JSX.Element {
  const t = useTranslations('rooms');
  const { filter, onChange } = props;
  return (
    <div className={s['filter']}>
      <Chips
        label={t('show')}
        value={props.show}
        onChange={props.onShow}
        options={[
          { id: 'meetings', label: t('meetings') },
          { id: 'rooms', label: t('rooms') },
        ]}
      />
      <Field
        label={t('room')}
        value={filter.room}
        onChange={(room) => onChange({ ...filter, room })}
        autoComplete="off"
        testId="filter-room"
      />
      <Field
        label={t('from')}
        type="date"
        value={filter.from}
        onChange={(from) => onChange({ ...filter, from })}
        testId="filter-from"
      />
      <Field
        label={t('to')}
        type="date"
        value={filter.to}
        onChange={(to) => onChange({ ...filter, to })}
        testId="filter-to"
      />
    </div>
  );
}
