import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { useState, type JSX } from 'react';
import { useTranslations } from 'use-intl';
import { bookTime, mentorQuery, type MentorShown, type Offering } from '../../app/sessions.ts';
import { useSentence } from '../../app/sentence.ts';
import { Button } from '../../ui/button.tsx';
import { Choices } from '../../ui/choices.tsx';
import { Field } from '../../ui/field.tsx';
import { Form } from '../../ui/form.tsx';
import { Page, Stack } from '../../ui/layout.tsx';
import { Empty, Failure, LoadingPage } from '../../ui/states.tsx';
import { SlotPicker, type ChosenSlot } from './slot-picker.tsx';
import { usePriceWords, When } from './when.tsx';

/** A mentor: what they offer, and their free times, of which one is booked. */
export function MentorPage(): JSX.Element {
  const { personId } = useParams({ from: '/mentors/$personId' });
  const mentor = useQuery(mentorQuery(personId));
  if (mentor.isPending) return <LoadingPage />;
  if (mentor.isLoadingError)
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
  return (
    <SlotPicker mentorId={mentor.personId} offeringId={offering.id} above={<h2>{t('times')}</h2>} isWide>
      {(slot) => <BookForm offering={offering} slot={slot} />}
    </SlotPicker>
  );
}

function BookForm(props: { offering: Offering; slot: ChosenSlot | null }): JSX.Element {
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
