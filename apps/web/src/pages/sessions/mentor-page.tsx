import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { useState, type JSX } from 'react';
import { useFormatter, useTranslations } from 'use-intl';
import { bookTime, mentorQuery, slotsQuery, type MentorShown, type Offering } from '../../app/sessions.ts';
import { useSentence } from '../../app/sentence.ts';
import { Button } from '../../ui/button.tsx';
import { Choices } from '../../ui/choices.tsx';
import { Field, Select } from '../../ui/field.tsx';
import { Form } from '../../ui/form.tsx';
import { Card, Page, Stack } from '../../ui/layout.tsx';
import { Empty, Failure, Loading, LoadingPage } from '../../ui/states.tsx';
import s from './sessions.module.css';
import { ownZone, usePriceWords, When } from './when.tsx';

/** A mentor: what they offer, and their free times, of which one is booked. */
export function MentorPage(): JSX.Element {
  const { personId } = useParams({ from: '/mentors/$personId' });
  const mentor = useQuery(mentorQuery(personId));
  if (mentor.isPending) return <LoadingPage />;
  if (mentor.isError)
    return (
      <Page>
        <Failure error={mentor.error} onRetry={() => void mentor.refetch()} />
      </Page>
    );
  return <Book mentor={mentor.data} />;
}

function Book({ mentor }: { mentor: MentorShown }): JSX.Element {
  const t = useTranslations('sessions');
  const priceWords = usePriceWords();
  const [chosen, setChosen] = useState(mentor.offerings[0]?.id ?? '');
  const offering = mentor.offerings.find(({ id }) => id === chosen);
  const { sessions, cameTo } = mentor.came;
  return (
    <Page title={mentor.name} {...(sessions > 0 ? { text: t('came', { cameTo, sessions }) } : {})}>
      {offering ? (
        <Stack>
          <Choices
            label={t('what')}
            value={chosen}
            onChange={setChosen}
            options={mentor.offerings.map((each) => ({
              id: each.id,
              label: each.title,
              text: `${t('minutes', { minutes: each.minutes })} · ${priceWords(each.price)}`,
            }))}
          />
          <Times key={chosen} mentor={mentor} offering={offering} />
        </Stack>
      ) : (
        <Empty title={t('noOffers')} text={t('noOffersText')} />
      )}
    </Page>
  );
}

function Times({ mentor, offering }: { mentor: MentorShown; offering: Offering }): JSX.Element {
  const t = useTranslations('sessions');
  const format = useFormatter();
  const slots = useQuery(slotsQuery(mentor.personId, offering.id));
  const [startsAt, setStartsAt] = useState<string | null>(null);
  const [wanted, setDay] = useState('');
  const zone = ownZone();
  if (slots.isPending) return <Loading />;
  if (slots.isError) return <Failure error={slots.error} onRetry={() => void slots.refetch()} />;
  const { items, timeZone } = slots.data;
  const dayOf = (at: string): string =>
    format.dateTime(new Date(at), { weekday: 'long', day: 'numeric', month: 'long', timeZone: zone });
  const days = new Map<string, (typeof items)[number][]>();
  for (const slot of items) days.set(dayOf(slot.startsAt), [...(days.get(dayOf(slot.startsAt)) ?? []), slot]);
  const chosen = items.find((slot) => slot.startsAt === startsAt);
  // A day whose last time was taken meanwhile is not there any more.
  const day = days.has(wanted) ? wanted : ([...days.keys()][0] ?? '');
  if (days.size === 0) return <Empty title={t('noTimes')} text={t('noTimesText')} />;
  return (
    <Card>
      <Stack>
        <h2>{t('times')}</h2>
        <p className="muted">{t('zone', { zone })}</p>
        <Select
          label={t('weekday')}
          value={day}
          onChange={setDay}
          options={[...days.keys()].map((id) => ({ id, label: id }))}
          testId="slot-day"
        />
        <ul className={s['slots']} aria-label={day}>
          {(days.get(day) ?? []).map((slot) => (
            <li key={slot.startsAt}>
              <Button
                onPress={() => setStartsAt(slot.startsAt)}
                look={slot.startsAt === startsAt ? 'primary' : 'secondary'}
                aria-pressed={slot.startsAt === startsAt}
                data-testid="slot"
              >
                <span className="digits">
                  {format.dateTime(new Date(slot.startsAt), {
                    hour: '2-digit',
                    minute: '2-digit',
                    timeZone: zone,
                  })}
                </span>
                {slot.seatsLeft !== undefined && ` · ${t('seatsLeft', { seats: slot.seatsLeft })}`}
              </Button>
            </li>
          ))}
        </ul>
        <BookForm offering={offering} slot={chosen ? { ...chosen, timeZone: timeZone ?? zone } : null} />
      </Stack>
    </Card>
  );
}

function BookForm(props: {
  offering: Offering;
  slot: { startsAt: string; endsAt: string; timeZone: string } | null;
}): JSX.Element {
  const t = useTranslations('sessions');
  const sentence = useSentence();
  const priceWords = usePriceWords();
  const navigate = useNavigate();
  const client = useQueryClient();
  const { offering, slot } = props;
  const [topic, setTopic] = useState('');
  const book = useMutation({
    mutationFn: () => bookTime(offering.id, slot?.startsAt ?? '', topic.trim()),
    onSuccess: ({ id }) => navigate({ to: '/dashboard/sessions/$sessionId', params: { sessionId: id } }),
    onSettled: () => client.invalidateQueries({ queryKey: ['sessions'] }),
  });
  const { freeUntilHours: hours, thenBack: back } = offering.cancellation;
  return (
    <Form onSubmit={() => slot && book.mutate()}>
      <Stack>
        <Field label={t('topic')} value={topic} onChange={setTopic} autoComplete="off" testId="topic" />
        <p role="status" aria-live="polite" data-testid="chosen">
          {slot ? <When of={slot} /> : t('chooseTime')}
        </p>
        <p className="muted">
          {priceWords(offering.price)}
          {offering.price.kind === 'fixed' && `. ${t('held')} ${t('terms', { hours, back })}`}
        </p>
        {book.isError && <p role="alert">{sentence(book.error)}</p>}
        <Button
          type="submit"
          look="primary"
          wide
          isDisabled={!slot}
          isPending={book.isPending}
          data-testid="book"
        >
          {t('book')}
        </Button>
      </Stack>
    </Form>
  );
}
