import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import { Dialog } from '../../ui/dialog.tsx';
import { TopUpForm } from './top-up.tsx';

/** Packs of coins over a call, which goes on. */
export function TopUpSheet({ onClose }: { onClose: () => void }): JSX.Element {
  const t = useTranslations('topUp');
  return (
    <Dialog title={t('title')} isOpen onClose={onClose}>
      <TopUpForm onBought={onClose} />
    </Dialog>
  );
}
