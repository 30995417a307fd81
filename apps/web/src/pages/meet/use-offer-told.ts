import { useEffect, useRef } from 'react';
import { useTranslations } from 'use-intl';
import { useToast } from '../../ui/toast.tsx';
import type { Standing } from './standing.ts';

/**
 * Says it when an offer is gone that this person did not skip: the other one skipped it, was silent, or vanished, and which of these is
 * theirs to tell. What gets as far as a room ends as a call, and its page says why.
 *
 * @returns what is to be told of an offer that this person skips
 */
export function useOfferTold(standing: Standing | undefined): (offerId: string) => void {
  const t = useTranslations('meet');
  const toast = useToast();
  const open = useRef<Standing['offer']>(undefined);
  const skipped = useRef<string | null>(null);
  useEffect(() => {
    if (!standing) return;
    const gone = open.current;
    open.current = standing.state === 'offered' ? standing.offer : undefined;
    if (gone && standing.state === 'waiting' && skipped.current !== gone.id)
      toast({ text: t('nothingCame', { name: gone.partner.name }) });
  }, [standing, toast, t]);
  return (offerId) => {
    skipped.current = offerId;
  };
}
