import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Actions } from '../../ui/layout.tsx';

/** Asked when somebody goes to another page of ours in the middle of a call: by "back", mostly. */
export function LeaveDialog(props: {
  isOpen: boolean;
  onStay: () => void;
  onLeave: () => void;
}): JSX.Element {
  const t = useTranslations('video');
  return (
    <Dialog title={t('leaveTitle')} isOpen={props.isOpen} onClose={props.onStay}>
      <p>{t('leaveText')}</p>
      <Actions>
        <Button look="danger" onPress={props.onLeave} data-testid="leave-call">
          {t('leaveNow')}
        </Button>
        <Button onPress={props.onStay} data-testid="stay-in-call">
          {t('stay')}
        </Button>
      </Actions>
    </Dialog>
  );
}
