import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Stack } from '../../ui/layout.tsx';
import { ReportForm } from './report-dialog.tsx';
import { useNeverAgain, useReport } from './use-apart.ts';

/** Props of {@link ApartDialog}. */
export interface ApartProps {
  readonly callId: string;
  readonly partner: { readonly personId: string; readonly name: string };
  readonly onClose: () => void;
}

/** In a call: to end it and never meet again, by a press, or with a report for the team. */
export function ApartDialog({ callId, partner, onClose }: ApartProps): JSX.Element {
  const t = useTranslations('meet');
  const { name } = partner;
  const never = useNeverAgain(partner.personId, onClose);
  const report = useReport(callId, onClose);
  return (
    <Dialog title={t('apart', { name })} isOpen onClose={onClose}>
      <Stack>
        <p className="muted">{t('apartText', { name })}</p>
        <Button look="danger" isPending={never.isPending} onPress={never.set} data-testid="block-now">
          {t('blockNow')}
        </Button>
        <h3>{t('orReport')}</h3>
        <ReportForm
          isPending={report.isPending}
          failure={report.failure}
          send={t('reportNow')}
          onSend={report.send}
        />
      </Stack>
    </Dialog>
  );
}
