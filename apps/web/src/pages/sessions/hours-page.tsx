import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type JSX } from 'react';
import { useTranslations } from 'use-intl';
import { api, useMe } from '../../app/api.ts';
import { hoursQuery, type Availability } from '../../app/sessions.ts';
import { useSentence } from '../../app/sentence.ts';
import { Button, ButtonLink } from '../../ui/button.tsx';
import { Field } from '../../ui/field.tsx';
import { Select } from '../../ui/select.tsx';
import { Form } from '../../ui/form.tsx';
import { Actions, Card, Page, Stack } from '../../ui/layout.tsx';
import { Failure, LoadingPage } from '../../ui/states.tsx';
import { useToast } from '../../ui/toast.tsx';
import { Offers } from './offers.tsx';
import s from './sessions.module.css';
import { ownZone } from './when.tsx';

/** A mentor's hours, on the wall clock of their zone, and what they offer. */
export function HoursPage(): JSX.Element {
  const t = useTranslations('sessions');
  const me = useMe();
  const hours = useQuery(hoursQuery);
  if (hours.isPending || !me) return <LoadingPage />;
  return (
    <Page
      title={t('hours')}
      text={t('hoursText')}
      actions={
        // Who has no hours has no page on which somebody could book them.
        hours.data && !isNew(hours.data) ? (
          <ButtonLink to="/mentors/$personId" params={{ personId: me.personId }}>
            {t('bookingPage')}
          </ButtonLink>
        ) : null
      }
    >
      {hours.isLoadingError ? (
        <Failure error={hours.error} onRetry={() => void hours.refetch()} />
      ) : (
        <Stack>
          <HoursForm kept={hours.data} />
          <Offers personId={me.personId} />
        </Stack>
      )}
    </Page>
  );
}

const isNew = ({ weekly, exceptions }: Availability): boolean =>
  weekly.length === 0 && exceptions.length === 0;

type Line = Availability['weekly'][number];

const FIRST: Line = { day: 1, from: '09:00', to: '12:00' };
const DAYS = [1, 2, 3, 4, 5, 6, 7] as const;

function HoursForm({ kept }: { kept: Availability }): JSX.Element {
  const t = useTranslations('sessions');
  const sentence = useSentence();
  const toast = useToast();
  const client = useQueryClient();
  const [timeZone, setTimeZone] = useState(isNew(kept) ? ownZone() : kept.timeZone);
  const [weekly, setWeekly] = useState<readonly Line[]>(isNew(kept) ? [FIRST] : kept.weekly);
  const [daysOff, setDaysOff] = useState(kept.exceptions.map(({ date }) => date).join(', '));
  const save = useMutation({
    mutationFn: () => {
      const offs = daysOff.split(/[\s,;]+/).filter((date) => date !== '');
      // Days with hours of their own, set from elsewhere, stay as they are.
      const exceptions = offs.map((date) => kept.exceptions.find((each) => each.date === date) ?? { date });
      return api.send<Availability>('PUT', '/api/v1/availability', { ...kept, timeZone, weekly, exceptions });
    },
    onSuccess: async () => {
      toast({ text: t('hoursSaved') });
      await client.invalidateQueries({ queryKey: ['sessions'] });
    },
  });
  const change = (n: number, to: Partial<Line>): void =>
    setWeekly(weekly.map((line, at) => (at === n ? { ...line, ...to } : line)));
  return (
    <Card>
      <Form onSubmit={() => save.mutate()}>
        <Stack>
          <Select
            label={t('timeZone')}
            value={timeZone}
            onChange={setTimeZone}
            options={zones(timeZone).map((id) => ({ id, label: id.replaceAll('_', ' ') }))}
            testId="time-zone"
          />
          {weekly.map((line, n) => (
            // Lines have no name of their own: what stands at a place is that place's.
            <HoursLine
              key={n}
              line={line}
              onChange={(to) => change(n, to)}
              onRemove={() => setWeekly(weekly.filter((_, at) => at !== n))}
            />
          ))}
          <Actions>
            <Button
              onPress={() => setWeekly([...weekly, { ...FIRST, day: ((weekly.at(-1)?.day ?? 0) % 7) + 1 }])}
              data-testid="add-hours"
            >
              {t('addHours')}
            </Button>
          </Actions>
          <Field
            label={t('daysOff')}
            hint={t('daysOffHint')}
            value={daysOff}
            onChange={setDaysOff}
            autoComplete="off"
            testId="days-off"
          />
          {save.isError && <p role="alert">{sentence(save.error)}</p>}
          <Button type="submit" look="primary" wide isPending={save.isPending} data-testid="save-hours">
            {t('save')}
          </Button>
        </Stack>
      </Form>
    </Card>
  );
}

function HoursLine(props: {
  line: Line;
  onChange: (to: Partial<Line>) => void;
  onRemove: () => void;
}): JSX.Element {
  const t = useTranslations('sessions');
  const { line, onChange, onRemove } = props;
  const day = t('day', { day: line.day });
  return (
    <fieldset className={s['line']} aria-label={day}>
      <Select
        label={t('weekday')}
        value={String(line.day)}
        onChange={(id) => onChange({ day: Number(id) })}
        options={DAYS.map((each) => ({ id: String(each), label: t('day', { day: each }) }))}
      />
      <Field
        label={t('fromTime')}
        type="time"
        value={line.from}
        onChange={(from) => onChange({ from })}
        testId="hours-from"
      />
      <Field
        label={t('toTime')}
        type="time"
        value={line.to === '24:00' ? '00:00' : line.to}
        onChange={(to) => onChange({ to: to === '00:00' ? '24:00' : to })}
        testId="hours-to"
      />
      <Button onPress={onRemove} aria-label={t('removeHours', { day })}>
        {t('removeLine')}
      </Button>
    </fieldset>
  );
}

function zones(own: string): readonly string[] {
  return [...new Set([own, 'UTC', ...Intl.supportedValuesOf('timeZone')])];
}
