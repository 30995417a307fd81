import type { NewPacks, Pack } from '@latido/protocol';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type JSX } from 'react';
import { useLocale, useTranslations } from 'use-intl';
import { amountInField } from '../../app/amounts.ts';
import { runs } from '../../app/api.ts';
import { packsQuery } from '../../app/cashier.ts';
import { writePacks } from '../../app/plans.ts';
import { useSentence } from '../../app/sentence.ts';
import { Button, ButtonLink } from '../../ui/button.tsx';
import { Form } from '../../ui/form.tsx';
import { Actions, Card, Page } from '../../ui/layout.tsx';
import { OnlyWatchers } from '../../ui/only-watchers.tsx';
import { Failure, Loading } from '../../ui/states.tsx';
import { useToast } from '../../ui/toast.tsx';
import { PackRow } from './pack-row.tsx';
import { EMPTY_PACK, moved, PACKS_MOST, readPacks, type PackDraft } from './pack-draft.ts';
import s from './plans.module.css';

/** Which packs of coins can be bought, at what price, with what bonus. */
export function PacksPage(): JSX.Element {
  return (
    <OnlyWatchers may={runs}>
      <Packs />
    </OnlyWatchers>
  );
}

function Packs(): JSX.Element {
  const t = useTranslations('plans');
  const packs = useQuery(packsQuery);
  return (
    <Page
      title={t('packs')}
      text={t('packsText')}
      actions={<ButtonLink to="/admin/plans">{t('title')}</ButtonLink>}
    >
      {packs.isPending ? (
        <Loading />
      ) : packs.isLoadingError ? (
        <Failure error={packs.error} onRetry={() => void packs.refetch()} />
      ) : (
        <Editor packs={packs.data.items} isSold={packs.data.provider !== null} />
      )}
    </Page>
  );
}

function useDrafts(packs: readonly Pack[]) {
  const locale = useLocale();
  return useState<readonly PackDraft[]>(() =>
    packs.map(({ id, name, coins, bonus, amount, currency }) => ({
      key: id,
      id,
      name,
      coins: String(coins),
      bonus: String(bonus),
      amount: amountInField(locale, amount, currency),
      currency,
    })),
  );
}

function useWriting() {
  const t = useTranslations('plans');
  const client = useQueryClient();
  const toast = useToast();
  return useMutation({
    mutationFn: (items: NewPacks['items']) => writePacks(items),
    async onSuccess() {
      toast({ text: t('packsWritten') });
      await client.invalidateQueries({ queryKey: ['packs'] });
    },
  });
}

function Editor({ packs, isSold }: { packs: readonly Pack[]; isSold: boolean }): JSX.Element {
  const t = useTranslations('plans');
  const sentence = useSentence();
  const [drafts, setDrafts] = useDrafts(packs);
  const [isChecked, setChecked] = useState(false);
  const writing = useWriting();
  const read = readPacks(drafts);
  return (
    <Card testId="packs-editor">
      <Form
        className={s['form']}
        onSubmit={() => {
          setChecked(true);
          if (read.items && !writing.isPending) writing.mutate(read.items);
        }}
      >
        {!isSold && <p className="muted">{t('notSold')}</p>}
        {drafts.length === 0 && <p className="muted">{t('noPacks')}</p>}
        <div>
          {drafts.map((draft, at) => (
            <PackRow
              key={draft.key}
              draft={draft}
              wrong={isChecked ? (read.wrong?.get(draft.key) ?? []) : []}
              onChange={(next) => setDrafts(drafts.map((one) => (one.key === draft.key ? next : one)))}
              onRemove={() => setDrafts(drafts.filter(({ key }) => key !== draft.key))}
              {...(at > 0 ? { onUp: () => setDrafts(moved(drafts, at)) } : {})}
            />
          ))}
        </div>
        {writing.isError && (
          <p className={s['failure']} role="alert">
            {sentence(writing.error)}
          </p>
        )}
        <Actions>
          <Button type="submit" look="primary" isPending={writing.isPending} data-testid="write-packs">
            {t('writePacks')}
          </Button>
          {drafts.length < PACKS_MOST && (
            <Button
              onPress={() => setDrafts([...drafts, { ...EMPTY_PACK, key: crypto.randomUUID() }])}
              data-testid="add-pack"
            >
              {t('addPack')}
            </Button>
          )}
        </Actions>
        <p className="small muted">{t('bought')}</p>
      </Form>
    </Card>
  );
}
