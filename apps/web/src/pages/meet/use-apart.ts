import type { NewReport } from '@latido/protocol';
import { skipToken, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'use-intl';
import { api, callAt } from '../../app/api.ts';
import { useSentence } from '../../app/sentence.ts';
import { useToast } from '../../ui/toast.tsx';

const personAt = (personId: string): string => `/api/v1/people/${encodeURIComponent(personId)}/block`;

/** What was said in the call is known after it, too. */
function useSaid(what: string, of: string): [boolean, (is: boolean) => void] {
  const client = useQueryClient();
  const queryKey = ['said', what, of];
  const { data } = useQuery<boolean>({ queryKey, queryFn: skipToken });
  return [data === true, (is) => client.setQueryData(queryKey, is)];
}

/** A block, which can be taken back as long as its word stands. */
export function useNeverAgain(
  personId: string,
  onSet?: () => void,
): { isOn: boolean; isPending: boolean; set: () => void } {
  const t = useTranslations('meet');
  const toast = useToast();
  const sentence = useSentence();
  const [isOn, setOn] = useSaid('never', personId);
  const block = useMutation({
    mutationFn: (on: boolean) => api.send(on ? 'POST' : 'DELETE', personAt(personId), on ? {} : undefined),
    onSuccess: (_, on) => {
      setOn(on);
      if (!on) return;
      const undo = { label: t('undo'), onPress: () => block.mutate(false) };
      toast({ text: t('blocked'), action: undo, shownMs: 10_000 });
      onSet?.();
    },
    onError: (error) => toast({ text: sentence(error), tone: 'danger' }),
  });
  return { isOn, isPending: block.isPending, set: () => block.mutate(true) };
}

/** A report of a call's partner for the desk. */
export function useReport(
  callId: string,
  onSent: () => void,
): { isSent: boolean; isPending: boolean; failure: string | null; send: (said: NewReport) => void } {
  const t = useTranslations('meet');
  const toast = useToast();
  const sentence = useSentence();
  const [isSent, setSent] = useSaid('report', callId);
  const report = useMutation({
    mutationFn: (said: NewReport) => api.send('POST', `${callAt(callId)}/report`, said),
    onSuccess: () => {
      setSent(true);
      toast({ text: t('reported') });
      onSent();
    },
  });
  const failure = report.isError ? sentence(report.error) : null;
  return { isSent, isPending: report.isPending, failure, send: report.mutate };
}
